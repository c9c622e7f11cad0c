package socket

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// placeArgument is the argument by which every subscription says where to go on.
const placeArgument = "after"

// placeVariable names the variable that says where to go on and nothing else, if
// there is one: the result depends on it in no other way.
func placeVariable(operation *graphql.OperationContext) string {
	if operation.Operation.Operation != ast.Subscription || len(operation.Operation.SelectionSet) != 1 {
		return ""
	}
	field, ok := operation.Operation.SelectionSet[0].(*ast.Field)
	if !ok {
		return ""
	}
	argument := field.Arguments.ForName(placeArgument)
	if argument == nil || argument.Value.Kind != ast.Variable {
		return ""
	}
	uses := usesOf(argument.Value.Raw, operation.Operation.SelectionSet) + usesIn(argument.Value.Raw, operation.Operation.Directives)
	for _, fragment := range operation.Doc.Fragments {
		uses += usesOf(argument.Value.Raw, fragment.SelectionSet) + usesIn(argument.Value.Raw, fragment.Directives)
	}
	if uses != 1 {
		return ""
	}
	return argument.Value.Raw
}

// usesOf counts where a selection uses a variable. Fragments are counted where they
// are defined.
func usesOf(variable string, selections ast.SelectionSet) (uses int) {
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			for _, argument := range s.Arguments {
				uses += usesInValue(variable, argument.Value)
			}
			uses += usesIn(variable, s.Directives) + usesOf(variable, s.SelectionSet)
		case *ast.InlineFragment:
			uses += usesIn(variable, s.Directives) + usesOf(variable, s.SelectionSet)
		case *ast.FragmentSpread:
			uses += usesIn(variable, s.Directives)
		}
	}
	return uses
}

func usesIn(variable string, directives ast.DirectiveList) (uses int) {
	for _, directive := range directives {
		for _, argument := range directive.Arguments {
			uses += usesInValue(variable, argument.Value)
		}
	}
	return uses
}

func usesInValue(variable string, value *ast.Value) (uses int) {
	if value == nil {
		return 0
	}
	if value.Kind == ast.Variable && value.Raw == variable {
		uses++
	}
	for _, child := range value.Children {
		uses += usesInValue(variable, child.Value)
	}
	return uses
}
