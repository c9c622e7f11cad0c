package limit

import (
	"reflect"
	"slices"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// count tells how many values there are in a value, itself included.
func count(value any) int {
	sum := 1
	if object, is := value.(map[string]any); is {
		for _, inner := range object {
			sum += count(inner)
		}
	}
	for _, inner := range items(value) {
		sum += count(inner)
	}
	return sum
}

// items are those of a list. gqlgen makes a list of one value where one is asked
// for, and gives it that value's type.
func items(value any) []any {
	if list, is := value.([]any); is {
		return list
	}
	list := reflect.ValueOf(value)
	if list.Kind() != reflect.Slice {
		return nil
	}
	all := make([]any, list.Len())
	for i := range all {
		all[i] = list.Index(i).Interface()
	}
	return all
}

// oneOf checks that each input object whose type is marked with @oneOf has one
// field, which is not null. For objects in the document the validation does this;
// for variables nobody else does (https://spec.graphql.org/September2025/#sec-OneOf-Input-Objects).
func oneOf(schema *ast.Schema, operation *ast.OperationDefinition, variables map[string]any) *gqlerror.Error {
	for _, variable := range operation.VariableDefinitions {
		path := ast.Path{ast.PathName("variable"), ast.PathName(variable.Variable)}
		if err := chosen(schema, variable.Type, variables[variable.Variable], path); err != nil {
			return err
		}
	}
	return nil
}

func chosen(schema *ast.Schema, of *ast.Type, value any, path ast.Path) *gqlerror.Error {
	if object, is := value.(map[string]any); is {
		return chosenIn(schema, schema.Types[of.Name()], object, path)
	}
	if of.Elem == nil {
		return nil
	}
	for i, inner := range items(value) {
		if err := chosen(schema, of.Elem, inner, append(slices.Clip(path), ast.PathIndex(i))); err != nil {
			return err
		}
	}
	return nil
}

func chosenIn(schema *ast.Schema, of *ast.Definition, object map[string]any, path ast.Path) *gqlerror.Error {
	if of == nil || of.Kind != ast.InputObject {
		return nil
	}
	given := 0
	for _, field := range of.Fields {
		value, found := object[field.Name]
		if !found {
			continue
		}
		if value != nil {
			given++
		} else {
			given += len(of.Fields) // null is no choice
		}
		if err := chosen(schema, field.Type, value, append(slices.Clip(path), ast.PathName(field.Name))); err != nil {
			return err
		}
	}
	if of.Directives.ForName("oneOf") == nil || given == 1 {
		return nil
	}
	err := gqlerror.ErrorPathf(path, "Of the fields of %s, exactly one must be given, and not as null.", of.Name)
	errcode.Set(err, errcode.ValidationFailed)
	return err
}
