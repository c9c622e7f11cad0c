package limit

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// plenty is where counting ends: fragments that spread each other twice reach any
// number.
const plenty = 1 << 30

// add and times do not go beyond plenty.
func add(a, b int) int { return min(a+b, plenty) }

func times(a, b int) int {
	if b != 0 && a > plenty/b {
		return plenty
	}
	return a * b
}

// shape is what can be counted in a selection before anything is known of the
// schema, with the fragments in it as often as they are spread.
type shape struct{ fields, depth, aliases, directives, repeats int }

func (s *shape) take(other shape) {
	s.depth = max(s.depth, other.depth)
	s.aliases = add(s.aliases, other.aliases)
	s.directives = add(s.directives, other.directives)
	s.repeats = max(s.repeats, other.repeats)
}

// measure counts a document's selections, each fragment once.
type measure struct {
	document  *ast.QueryDocument
	fragments map[string]shape
}

// shape checks a document that was parsed, but not validated: validation takes
// long for documents that are made to take long.
func (l Limits) shape(document *ast.QueryDocument) *gqlerror.Error {
	operations := bound{"operations", l.Operations, "A document may have %d operations; this one has %s. Send the one that is to be carried out."}
	if err := operations.exceeds(len(document.Operations)); err != nil {
		return err
	}
	m := measure{document, make(map[string]shape)}
	for _, operation := range document.Operations {
		s := m.set(operation.SelectionSet)
		s.directives = add(s.directives, len(operation.Directives))
		for _, variable := range operation.VariableDefinitions {
			s.directives = add(s.directives, len(variable.Directives))
		}
		if err := l.within(s); err != nil {
			return err
		}
	}
	for _, fragment := range document.Fragments { // what nobody spreads is validated too
		s := m.set(fragment.SelectionSet)
		s.fields = 0
		if err := l.within(s); err != nil {
			return err
		}
	}
	return nil
}

func (l Limits) within(s shape) *gqlerror.Error {
	for _, check := range []struct {
		actual int
		bound  bound
	}{
		{s.fields, bound{"rootFields", l.RootFields, "An operation may have %d fields at its root; this one has %s. Send several operations."}},
		{s.depth, bound{"depth", l.Depth, "Fields may stand %d deep in one another; here they stand %s deep. Ask for what lies deeper by its id."}},
		{s.aliases, bound{"aliases", l.Aliases, "An operation may have %d aliases, fragments counted as often as they are spread; this one has %s. Send several operations."}},
		{s.directives, bound{"directives", l.Directives, "An operation may have %d directives, fragments counted as often as they are spread; this one has %s. Leave some out."}},
		{s.repeats, bound{"repeats", l.Repeats, "One field may stand %d times in a selection; here it stands %s times. Once is enough."}},
	} {
		if err := check.bound.exceeds(check.actual); err != nil {
			return err
		}
	}
	return nil
}

// set measures one selection. Its fields are counted for an operation's root, where
// only they are bounded: elsewhere the schema has no more.
func (m measure) set(selections ast.SelectionSet) (s shape) {
	names := make(map[string]int)
	for _, selection := range selections {
		switch one := selection.(type) {
		case *ast.Field:
			s.take(m.field(one))
			s.fields = add(s.fields, 1)
			names[one.Alias]++
			s.repeats = max(s.repeats, names[one.Alias])
		case *ast.InlineFragment:
			inner := m.set(one.SelectionSet)
			inner.directives = add(inner.directives, len(one.Directives))
			s.take(inner)
			s.fields = add(s.fields, inner.fields)
		case *ast.FragmentSpread:
			inner := m.fragment(one.Name)
			inner.directives = add(inner.directives, len(one.Directives))
			s.take(inner)
			s.fields = add(s.fields, inner.fields)
		}
	}
	return s
}

func (m measure) field(field *ast.Field) shape {
	s := m.set(field.SelectionSet)
	s.fields = 0
	// The depth of introspection has a rule of its own in the validation.
	if s.depth = add(s.depth, 1); strings.HasPrefix(field.Name, "__") {
		s.depth = 1
	}
	if field.Alias != field.Name {
		s.aliases = add(s.aliases, 1)
	}
	s.directives = add(s.directives, len(field.Directives))
	return s
}

// fragment measures a fragment once. One that spreads itself has no depth of its
// own here; the validation refuses it.
func (m measure) fragment(name string) shape {
	if s, known := m.fragments[name]; known {
		return s
	}
	m.fragments[name] = shape{}
	definition := m.document.Fragments.ForName(name)
	if definition == nil {
		return shape{}
	}
	s := m.set(definition.SelectionSet)
	s.directives = add(s.directives, len(definition.Directives))
	m.fragments[name] = s
	return s
}
