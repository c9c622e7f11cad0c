// Package limit bounds what one GraphQL operation may ask for: how long, deep and
// wide its document is, how much its answer can hold, how many values its variables
// have. What is beyond a bound is refused before anything is carried out. A document
// that was found good is remembered, so that asking again costs next to nothing.
package limit

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// CodeExceeded is the code of a refusal by a bound; the extensions `limit` and
// `maximum` name the bound.
const CodeExceeded = "LIMIT_EXCEEDED"

// Limits are the bounds of one operation.
type Limits struct {
	// Length is of the document, in bytes. What is long belongs into variables.
	Length int
	// Tokens are the words and signs of the document.
	Tokens int
	// Operations are those of the document, one of which is carried out.
	Operations int
	// RootFields are those of an operation.
	RootFields int
	// Depth is how many fields stand in one another.
	Depth int
	// Aliases are those of an operation, each fragment as often as it is spread.
	Aliases int
	// Directives are those of an operation, counted like aliases.
	Directives int
	// Repeats is how often one name may stand in one selection: the validation
	// compares each with each.
	Repeats int
	// Values are those in variables, at any depth.
	Values int
	// Cost is how many objects the answer can hold, were all pages full.
	Cost int
}

// Defaults leave room for everything that a person writes by hand and a page
// shows. GraphiQL's introspection is the largest operation that is known.
func Defaults() Limits {
	return Limits{
		Length: 100_000, Tokens: 2000, Operations: 20, RootFields: 20, Depth: 12, Aliases: 30, Directives: 50,
		Repeats: 50, Values: 20_000, Cost: 500_000,
	}
}

// bound is one limit, and how it is told of.
type bound struct {
	name     string
	maximum  int
	sentence string // takes the maximum and what there is
}

// exceeds refuses what is more than the bound.
func (b bound) exceeds(actual int) *gqlerror.Error {
	if actual <= b.maximum {
		return nil
	}
	shown := fmt.Sprint(actual)
	if actual >= plenty {
		shown = "a great many"
	}
	return &gqlerror.Error{
		Message:    fmt.Sprintf(b.sentence, b.maximum, shown),
		Extensions: map[string]any{"code": CodeExceeded, "limit": b.name, "maximum": b.maximum},
	}
}
