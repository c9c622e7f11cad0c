package limit

import (
	"encoding/json"
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

// typed checks what gqlgen lets pass in variables: an input object marked with @oneOf
// has one field, which is not null, as the validation demands of objects in the
// document (https://spec.graphql.org/September2025/#sec-OneOf-Input-Objects); and
// text is no number, nor a number text.
func typed(schema *ast.Schema, operation *ast.OperationDefinition, variables map[string]any) *gqlerror.Error {
	for _, variable := range operation.VariableDefinitions {
		path := ast.Path{ast.PathName("variable"), ast.PathName(variable.Variable)}
		if err := fits(schema, variable.Type, variables[variable.Variable], path); err != nil {
			return err
		}
	}
	return nil
}

func fits(schema *ast.Schema, of *ast.Type, value any, path ast.Path) *gqlerror.Error {
	switch v := value.(type) {
	case map[string]any:
		return fitsObject(schema, schema.Types[of.Name()], v, path)
	case string:
		if name := of.Name(); name == "Int" || name == "Float" {
			return misfit(path, "%s is asked for, and %q is text.", name, v[:min(len(v), 40)])
		}
	case json.Number:
		if of.Name() == "String" {
			return misfit(path, "String is asked for, and %s is a number.", v[:min(len(v), 40)])
		}
	}
	if of.Elem == nil {
		return nil
	}
	for i, inner := range items(value) {
		if err := fits(schema, of.Elem, inner, append(slices.Clip(path), ast.PathIndex(i))); err != nil {
			return err
		}
	}
	return nil
}

func misfit(path ast.Path, format string, args ...any) *gqlerror.Error {
	err := gqlerror.ErrorPathf(path, format, args...)
	errcode.Set(err, errcode.ValidationFailed)
	return err
}

func fitsObject(schema *ast.Schema, of *ast.Definition, object map[string]any, path ast.Path) *gqlerror.Error {
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
		if err := fits(schema, field.Type, value, append(slices.Clip(path), ast.PathName(field.Name))); err != nil {
			return err
		}
	}
	if of.Directives.ForName("oneOf") == nil || given == 1 {
		return nil
	}
	return misfit(path, "Of the fields of %s, exactly one must be given, and not as null.", of.Name)
}
