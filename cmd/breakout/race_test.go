//go:build race

package main_test

// raceDetector says that everything takes ten times as long.
const raceDetector = true
