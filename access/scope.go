package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Scope is one kind of thing that a key can be allowed to do.
type Scope string

// The scopes of keys.
const (
	// ScopeRead is for queries and subscriptions.
	ScopeRead Scope = "read"
	// ScopeControl is for what hosts and bots do.
	ScopeControl Scope = "control"
	// ScopeSimulate is for what no real platform lets a program do: steering the people
	// of a simulated meeting.
	ScopeSimulate Scope = "simulate"
	// ScopeAdmin is for keys, the servers that are sent events, and the audit log.
	ScopeAdmin Scope = "admin"
)

// AllScopes are all that there are, in the order in which they are shown.
var AllScopes = []Scope{ScopeRead, ScopeControl, ScopeSimulate, ScopeAdmin}

// Scopes is a set of scopes: a value that can be compared, so that what is shared
// between viewers can be kept by it. The zero value allows nothing.
type Scopes uint8

// Everything allows all that there is.
const Everything Scopes = 1<<4 - 1

// ScopesOf makes a set. Who gives orders also reads: the answer to an order shows what
// it changed.
func ScopesOf(scopes ...Scope) (set Scopes) {
	for _, scope := range scopes {
		if scope == ScopeControl || scope == ScopeSimulate {
			set |= ScopesOf(ScopeRead)
		}
		set |= 1 << slices.Index(AllScopes, scope)
	}
	return set
}

// ParseScopes reads scopes with spaces or commas between them, such as
// "read control", as OAuth has them (RFC 6749, section 3.3).
func ParseScopes(text string) (set Scopes, err error) {
	names := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' })
	if len(names) == 0 {
		return 0, fmt.Errorf("a key needs scopes; choose from %s", Everything)
	}
	for _, name := range names {
		if !slices.Contains(AllScopes, Scope(name)) {
			return 0, fmt.Errorf("there is no scope %q; choose from %s", name, Everything)
		}
		set |= ScopesOf(Scope(name))
	}
	return set, nil
}

// Has says whether a scope is in the set.
func (s Scopes) Has(scope Scope) bool {
	at := slices.Index(AllScopes, scope)
	return at >= 0 && s&(1<<at) != 0
}

// List is what is in the set, in the order of [AllScopes].
func (s Scopes) List() (list []Scope) {
	for _, scope := range AllScopes {
		if s.Has(scope) {
			list = append(list, scope)
		}
	}
	return list
}

// String is the set as [ParseScopes] reads it.
func (s Scopes) String() string {
	var names []string
	for _, scope := range s.List() {
		names = append(names, string(scope))
	}
	return strings.Join(names, " ")
}

// ErrForbidden says that the viewer's key does not allow what it asks for.
var ErrForbidden = errors.New("the API key does not allow this")

// MissingScope is the scope that the viewer's key lacks. It is an [ErrForbidden].
type MissingScope struct {
	// Needed is what the key would have to have, and What is what needs it.
	Needed Scope
	What   string
	// Has is what the key has.
	Has Scopes
}

// Error says what is missing, for people.
func (m MissingScope) Error() string {
	return fmt.Sprintf("The API key lacks the scope %q, which %s needs; it has: %s. Use a key that has it: breakout key create --scopes %s.", m.Needed, m.What, m.Has, m.Needed)
}

// Is makes it an [ErrForbidden].
func (MissingScope) Is(target error) bool { return target == ErrForbidden }

// Require says what the viewer lacks for something that needs a scope: nothing,
// [ErrNoViewer] or [MissingScope].
func Require(ctx context.Context, scope Scope, what string) error {
	viewer, err := From(ctx)
	if err != nil {
		return err
	}
	if !viewer.IsSystem() && !viewer.Scopes.Has(scope) {
		return MissingScope{Needed: scope, What: what, Has: viewer.Scopes}
	}
	return nil
}
