package recall_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/recall"
	"github.com/breakoutrooms/breakout/testbed"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// checker holds requests and answers against the description.
type checker struct{ router routers.Router }

func newChecker(t *testing.T) *checker {
	t.Helper()
	router, err := legacy.NewRouter(describe(t))
	if err != nil {
		t.Fatal(err)
	}
	return &checker{router}
}

func describe(t *testing.T) *openapi3.T {
	t.Helper()
	text, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// check holds an answer against the description, and the request too where it was
// done: what is accepted is described, and so is everything that can be answered.
func (c *checker) check(t *testing.T, request *http.Request, got reply) {
	t.Helper()
	described := request.Clone(context.Background())
	address := *request.URL
	address.Scheme, address.Host = "", ""
	if !strings.HasSuffix(address.Path, "/") {
		address.Path += "/"
	}
	described.URL, described.Host = &address, ""
	route, parameters, err := c.router.FindRoute(described)
	if err != nil {
		if got.status != http.StatusNotFound && got.status != http.StatusMethodNotAllowed && got.status != http.StatusUnauthorized {
			t.Errorf("%s %s is answered with %d, and not described: %v", request.Method, request.URL.Path, got.status, err)
		}
		return
	}
	options := &openapi3filter.Options{
		IncludeResponseStatus: true, SkipSettingDefaults: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, ExcludeRequestQueryParams: true,
	}
	described.Body = request.Body
	input := &openapi3filter.RequestValidationInput{Request: described, PathParams: parameters, Route: route, Options: options}
	if got.status < http.StatusBadRequest {
		if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
			t.Errorf("%s %s was done, and is not as described: %v", request.Method, request.URL.Path, err)
		}
	}
	output := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: got.status, Header: got.header, Body: io.NopCloser(bytes.NewReader(got.body)), Options: options,
	}
	if err := openapi3filter.ValidateResponse(context.Background(), output); err != nil {
		t.Errorf("%s %s is answered with %d %s, which is not as described: %v", request.Method, request.URL.Path, got.status, got.body, err)
	}
}

// TestEveryRouteIsDescribed holds the routes against the description, both ways.
func TestEveryRouteIsDescribed(t *testing.T) {
	var described []string
	for path, item := range describe(t).Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+strings.Trim(path, "/"))
		}
	}
	served := recall.Routes()
	slices.Sort(described)
	slices.Sort(served)
	if !slices.Equal(described, served) {
		t.Errorf("served are\n%v\nand described are\n%v", served, described)
	}
}

// TestEveryFieldIsDescribed holds what bodies are read into against the description,
// both ways. Fields that are described and not read are those that have no effect.
func TestEveryFieldIsDescribed(t *testing.T) {
	schemas := describe(t).Components.Schemas
	var described func(schema *openapi3.Schema, prefix string) []string
	described = func(schema *openapi3.Schema, prefix string) (names []string) {
		for _, option := range schema.AnyOf {
			names = append(names, described(option.Value, prefix)...)
		}
		if schema.Items != nil && schema.Items.Value != nil {
			names = append(names, described(schema.Items.Value, prefix)...)
		}
		for name, property := range schema.Properties {
			if !strings.Contains(property.Value.Description, "Has no effect") {
				names = append(names, prefix+name)
			}
			names = append(names, described(property.Value, prefix+name+".")...)
		}
		return names
	}
	for name, fields := range recall.BodyFields() {
		want := described(schemas[name].Value, "")
		slices.Sort(want)
		slices.Sort(fields)
		if !slices.Equal(fields, want) {
			t.Errorf("of %s are read\n%v\nand described\n%v", name, fields, want)
		}
	}
}

// TestTheDescriptionIsServed reads it from the server, where it asks for no key.
func TestTheDescriptionIsServed(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House, _ *integration) {
		response, err := house.Client.HTTP.Get(house.URL + "/api/v1/openapi.json")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		document, err := openapi3.NewLoader().LoadFromIoReader(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		if err := document.Validate(t.Context()); err != nil {
			t.Error(err)
		}
		if kind := response.Header.Get("Content-Type"); kind != "application/json" || !document.IsOpenAPI31OrLater() {
			t.Errorf("%s, version %s", kind, document.OpenAPI)
		}
	})
}

// TestTheDocumentTellsOfEverything looks for every route and every code of an error in
// docs/rest.md.
func TestTheDocumentTellsOfEverything(t *testing.T) {
	document, err := os.ReadFile("../docs/rest.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range recall.Routes() {
		if !bytes.Contains(document, []byte("`"+route+"`")) {
			t.Errorf("docs/rest.md does not tell of %s", route)
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`[ {]code: +"([a-z_]+)"`).FindAllSubmatch(text, -1) {
			codes++
			if !bytes.Contains(document, []byte("`"+string(match[1])+"`")) {
				t.Errorf("docs/rest.md does not tell of %s, which stands in %s", match[1], file)
			}
		}
	}
	if codes < 15 {
		t.Errorf("only %d codes were found; has their form changed?", codes)
	}
}
