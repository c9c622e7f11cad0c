package recall

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// reading is what was found while a body was read.
type reading struct {
	faults faults
	// ignored are the fields that have no meaning here.
	ignored []string
}

// read reads a body into a struct, field by field, so that everything that is wrong is
// told at once. Fields that the struct does not have are noted.
func read(body []byte, into any) (*reading, error) {
	r := &reading{faults: faults{}}
	if body == nil {
		body = []byte("{}")
	}
	if !json.Valid(body) {
		return nil, failure{status: http.StatusBadRequest, code: "parse_error", detail: "The body is not JSON."}
	}
	if !utf8.Valid(body) || bytes.Contains(body, []byte(`\u0000`)) {
		return nil, failure{status: http.StatusBadRequest, code: "parse_error", detail: "The body is not text in UTF-8, or has the character NUL in it."}
	}
	if !r.object(body, reflect.ValueOf(into).Elem(), nil) {
		return nil, failure{status: http.StatusBadRequest, code: "parse_error", detail: "The body must be a JSON object."}
	}
	return r, nil
}

// object reads a JSON object, and says whether it was one.
func (r *reading) object(raw json.RawMessage, into reflect.Value, path []string) bool {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil || fields == nil {
		return false
	}
	for i := range into.NumField() {
		name := into.Type().Field(i).Tag.Get("json")
		if value, given := fields[name]; given {
			r.value(value, into.Field(i), append(slices.Clone(path), name))
			delete(fields, name)
		}
	}
	for name := range fields {
		r.ignore(append(slices.Clone(path), name)...)
	}
	return true
}

// value reads what a field holds: null leaves it as it is.
func (r *reading) value(raw json.RawMessage, into reflect.Value, path []string) {
	kind := into.Type()
	switch {
	case string(raw) == "null" && kind != reflect.TypeFor[json.RawMessage]():
	case kind.Kind() == reflect.Pointer && kind.Elem().Kind() == reflect.Struct && kind.Elem() != reflect.TypeFor[time.Time]():
		into.Set(reflect.New(kind.Elem()))
		if !r.object(raw, into.Elem(), path) {
			r.faults.add(path, "An object is expected here.")
		}
	case kind.Kind() == reflect.Slice && kind.Elem().Kind() == reflect.Struct:
		r.list(raw, into, path)
	default:
		if err := json.Unmarshal(raw, into.Addr().Interface()); err != nil {
			r.faults.add(path, "%s", expected(kind, err))
		}
	}
}

// list reads a list of objects.
func (r *reading) list(raw json.RawMessage, into reflect.Value, path []string) {
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		r.faults.add(path, "A list is expected here.")
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(items), len(items)))
	for i, item := range items {
		at := append(slices.Clone(path), strconv.Itoa(i))
		if !r.object(item, into.Index(i), at) {
			r.faults.add(at, "An object is expected here.")
		}
	}
}

func (r *reading) ignore(path ...string) { r.ignored = append(r.ignored, strings.Join(path, ".")) }

// expected says what a value should have been.
func expected(kind reflect.Type, err error) string {
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	if kind == reflect.TypeFor[time.Time]() {
		return "A time is expected here, such as 2026-01-31T09:00:00Z (RFC 3339)."
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && kind.Kind() == reflect.Map {
		kind = wrong.Type
	}
	switch kind.Kind() {
	case reflect.String:
		return "A string is expected here."
	case reflect.Bool:
		return "True or false is expected here."
	case reflect.Int:
		return "A whole number is expected here."
	case reflect.Slice:
		return "A list of strings is expected here."
	}
	return "An object is expected here."
}
