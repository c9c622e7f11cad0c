package limit

import (
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

const (
	// fullPage is how many items a page has at most; a page whose size is left to a
	// variable that is not known yet is taken for full.
	fullPage = 100
	// listed is how many items a list without pages is taken to have.
	listed = 10
)

// cost is how many objects a selection can lead to: fixed ones, and for each item
// of the page that the selection stands in. So a fragment on a page costs the same
// wherever it is spread, and is counted once.
type cost struct{ fixed, each int }

func (c cost) and(other cost) cost {
	return cost{add(c.fixed, other.fixed), add(c.each, other.each)}
}

// on is the cost on a page of so many items.
func (c cost) on(items int) int { return add(c.fixed, times(c.each, items)) }

// prices counts what the fields of a validated document can lead to. Without
// variables, all pages are full.
type prices struct {
	schema    *ast.Schema
	variables map[string]any
	fragments map[string]cost
}

// price is how many objects an operation can lead to.
func price(schema *ast.Schema, operation *ast.OperationDefinition, variables map[string]any) int {
	p := prices{schema, variables, make(map[string]cost)}
	return p.set(operation.SelectionSet).on(fullPage)
}

func (p prices) set(selections ast.SelectionSet) (sum cost) {
	for _, selection := range selections {
		switch one := selection.(type) {
		case *ast.Field:
			sum = sum.and(p.field(one))
		case *ast.InlineFragment:
			sum = sum.and(p.set(one.SelectionSet))
		case *ast.FragmentSpread:
			sum = sum.and(p.fragment(one))
		}
	}
	return sum
}

func (p prices) fragment(spread *ast.FragmentSpread) cost {
	sum, known := p.fragments[spread.Name]
	if !known && spread.Definition != nil {
		sum = p.set(spread.Definition.SelectionSet)
		p.fragments[spread.Name] = sum
	}
	return sum
}

func (p prices) field(field *ast.Field) cost {
	if len(field.SelectionSet) == 0 { // a scalar comes with its object
		return cost{}
	}
	inner := p.set(field.SelectionSet)
	isList := field.Definition.Type.Elem != nil
	switch {
	case field.Definition.Arguments.ForName("first") != nil:
		return cost{fixed: add(1, inner.on(p.page(field)))}
	case isList && field.ObjectDefinition.Fields.ForName("pageInfo") != nil:
		return cost{each: add(1, inner.on(fullPage))}
	case isList:
		return cost{fixed: times(p.length(field), add(1, inner.on(fullPage)))}
	}
	return cost{fixed: add(1, inner.on(fullPage))}
}

// length is how many items a list without pages is taken to have.
func (p prices) length(field *ast.Field) int {
	if field.ObjectDefinition.Name == "__Schema" && field.Name == "types" {
		return len(p.schema.Types)
	}
	return listed
}

// page is how many items a field asks for.
func (p prices) page(field *ast.Field) int {
	var asked any
	if argument := field.Arguments.ForName("first"); argument == nil {
		if standard := field.Definition.Arguments.ForName("first").DefaultValue; standard != nil {
			asked = standard.Raw
		}
	} else if asked = argument.Value.Raw; argument.Value.Kind == ast.Variable {
		asked = p.variables[argument.Value.Raw]
	}
	switch first := asked.(type) {
	case string:
		if items, err := strconv.Atoi(first); err == nil {
			return between(items)
		}
	case int64:
		return between(int(first))
	case int:
		return between(first)
	}
	return fullPage
}

// between keeps a page's size in its bounds; the resolvers refuse others.
func between(items int) int { return min(max(items, 1), fullPage) }
