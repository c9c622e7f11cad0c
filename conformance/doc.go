// Package conformance holds the server against the programs that others wrote for
// the protocols it speaks: their audits, clients and verifiers, from npm. It is
// tests only.
package conformance
