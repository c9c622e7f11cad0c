package scenario

import "fmt"

// givenNames are what people are called that a scenario gives no names.
var givenNames = []string{
	"Ada", "Ben", "Chidi", "Dana", "Emre", "Fatima", "Goran", "Hana", "Ines", "Jamal", "Keiko", "Lars",
	"Mina", "Nadia", "Omar", "Priya", "Quinn", "Rosa", "Sven", "Tariq", "Uma", "Viktor", "Wanja", "Xenia",
	"Yusuf", "Zoe", "Anouk", "Bao", "Carmen", "Dmitri", "Elif", "Femi", "Gwen", "Hugo", "Ioana", "Jun",
}

// NameFor is the name of the nth person, from 0.
func NameFor(n int) string {
	if n < len(givenNames) {
		return givenNames[n]
	}
	return fmt.Sprintf("Guest %d", n+1)
}
