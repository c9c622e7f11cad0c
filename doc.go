// Package breakout is the root of a program that sends bots into the breakout
// rooms of online meetings, records what is said in every room, and tells what
// happened, in order, exactly once. It holds no code but the test of the house
// rules: the program is in cmd/breakout, and a test of your own begins with
// package testbed.
package breakout
