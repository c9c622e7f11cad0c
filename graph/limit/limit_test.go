package limit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/graph/limit"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// guarded is gqlgen's executor for a schema, with the limits before it.
func guarded(t testing.TB, schema graphql.ExecutableSchema) *executor.Executor {
	t.Helper()
	guard := limit.New(limit.Defaults(), schema.Schema())
	e := executor.New(schema)
	e.SetQueryCache(guard)
	e.Use(guard)
	return e
}

func ask(e *executor.Executor, query, variables string) gqlerror.List {
	params := &graphql.RawParams{Query: query}
	if variables != "" {
		decoder := json.NewDecoder(strings.NewReader(variables))
		decoder.UseNumber()
		if err := decoder.Decode(&params.Variables); err != nil {
			return gqlerror.List{gqlerror.Wrap(err)}
		}
	}
	_, errs := e.CreateOperationContext(graphql.StartOperationTrace(context.Background()), params)
	return errs
}

func served() graphql.ExecutableSchema { return gql.NewExecutableSchema(gql.Config{}) }

// doubling are fragments that each spread the next one twice, under two names.
func doubling(n int) string {
	text := strings.Builder{}
	for i := range n {
		fmt.Fprintf(&text, " fragment F%d on Meeting { a: rooms(first: 1) { nodes { id } } ...F%d ... on Meeting { ...F%d } }", i, i+1, i+1)
	}
	fmt.Fprintf(&text, " fragment F%d on Meeting { id }", n)
	return text.String()
}

func TestLimits(t *testing.T) {
	many := func(n int, format string) (list string) {
		for i := range n {
			list += strings.ReplaceAll(format, "%d", strconv.Itoa(i)) + " "
		}
		return list
	}
	deep := "{ segments(meetingId: \"x\") { nodes { transcript { nodes { segment { transcript { nodes { segment { transcript { nodes { segment { transcript { nodes { id } } } } } } } } } } } } } }"
	for name, test := range map[string]struct{ query, variables, limit string }{
		"a page of meetings":             {`{ meetings { nodes { id title rooms { nodes { id name } } } } }`, "", ""},
		"an operation by name":           {`query Q($n: Int) { meetings(first: $n) { nodes { id } } }`, `{"n": 3}`, ""},
		"30 aliases":                     {`{ meetings { nodes { ` + many(30, "a%d: id") + `} } }`, "", ""},
		"31 aliases":                     {`{ meetings { nodes { ` + many(31, "a%d: id") + `} } }`, "", "aliases"},
		"aliases in fragments":           {`{ meetings { nodes { ...A ...B } } } fragment A on Meeting { ` + many(20, "a%d: id") + `} fragment B on Meeting { ...A }`, "", "aliases"},
		"fragments that double":          {`{ meetings { nodes { ...F0 } } }` + doubling(40), "", "aliases"},
		"21 fields at the root":          {`{` + many(21, `a%d: meeting(id: "x") { id }`) + `}`, "", "rootFields"},
		"root fields in a fragment":      {`{ ...A ...A ...A } fragment A on Query {` + many(8, `a%d: __typename`) + `}`, "", "rootFields"},
		"introspection at the root":      {`{` + many(21, `a%d: __typename`) + `}`, "", "rootFields"},
		"a field 51 times":               {`{ meetings { nodes { ` + many(51, "id") + `} } }`, "", "repeats"},
		"51 directives":                  {`{ meetings { nodes { ` + many(51, "... @include(if: true) { id }") + `} } }`, "", "directives"},
		"directives on one field":        {`{ meetings { nodes { id ` + strings.Repeat("@include(if: true) ", 51) + `} } }`, "", "directives"},
		"directives on an operation":     {`query ` + strings.Repeat("@a ", 51) + `{ meetings { nodes { id } } }`, "", "directives"},
		"directives on a variable":       {`query ($a: Int ` + strings.Repeat("@a ", 51) + `) { meetings(first: $a) { nodes { id } } }`, "", "directives"},
		"13 deep":                        {deep, "", "depth"},
		"deep in fragments":              {`{ segments(meetingId: "x") { nodes { ...A } } } fragment A on Segment { transcript { nodes { segment { ...B } } } } fragment B on Segment { transcript { nodes { segment { ...C } } } } fragment C on Segment { transcript { nodes { segment { room { id } } } } }`, "", "depth"},
		"a fragment that nobody spreads": {`{ meetings { nodes { id } } } fragment A on Meeting { ` + many(51, "id") + `}`, "", "repeats"},
		"21 operations":                  {many(21, "query Q%d { __typename }"), "", "operations"},
		"2001 tokens":                    {`{ meetings { nodes { ` + many(1000, "... { id }") + `} } }`, "", "tokens"},
		"tokens in a value":              {`mutation { createRooms(input: {meetingId: "x", names: [` + strings.Repeat(`"a" `, 2001) + `]}) { userErrors { code } } }`, "", "tokens"},
		"a long document":                {`{ meeting(id: "` + strings.Repeat("x", 100_000) + `") { id } }`, "", "length"},
		"a long comment":                 {`{ meetings { nodes { id } } } #` + strings.Repeat("x", 100_000), "", "length"},
		"many values":                    {`query ($s: [String!]) { bots(status: $s) { nodes { id } } }`, `{"s": [` + strings.TrimSuffix(strings.Repeat(`"a",`, 20_001), ",") + `]}`, "values"},
		"pages in pages in pages":        {`{ meetings(first: 100) { nodes { rooms(first: 100) { nodes { participants(first: 100) { nodes { id } } } } } } }`, "", "cost"},
		"small pages in pages":           {`{ meetings(first: 10) { nodes { rooms(first: 10) { nodes { participants(first: 10) { nodes { id } } } } } } }`, "", ""},
		"large pages by variables":       {`query ($n: Int!) { meetings(first: $n) { nodes { rooms(first: $n) { nodes { participants(first: $n) { nodes { id } } } } } } }`, `{"n": 100}`, "cost"},
		"small pages by variables":       {`query ($n: Int!) { meetings(first: $n) { nodes { rooms(first: $n) { nodes { participants(first: $n) { nodes { id } } } } } } }`, `{"n": 5}`, ""},
		"rooms by their standard size":   {`{ meetings(first: 30) { edges { node { rooms { edges { node { participants { edges { node { id } } } } } } } } } }`, "", "cost"},
		"a page's cost in a fragment":    {`{ meetings(first: 100) { ...M } } fragment M on MeetingConnection { nodes { rooms(first: 100) { ...R } } } fragment R on RoomConnection { nodes { participants(first: 100) { nodes { id } } } }`, "", "cost"},
		"a fragment on small pages":      {`{ meetings(first: 5) { ...M } } fragment M on MeetingConnection { nodes { rooms(first: 5) { ...R } } } fragment R on RoomConnection { nodes { participants(first: 100) { nodes { id } } } }`, "", ""},
		"a negative page":                {`{ meetings(first: -5) { nodes { rooms(first: 100) { nodes { participants(first: 100) { nodes { id } } } } } } }`, "", ""},
	} {
		errs := ask(guarded(t, served()), test.query, test.variables)
		switch {
		case test.limit == "" && errs != nil:
			t.Errorf("%s: refused by %v", name, errs)
		case test.limit == "":
		case len(errs) != 1 || errs[0].Extensions["code"] != limit.CodeExceeded || errs[0].Extensions["limit"] != test.limit:
			t.Errorf("%s: got %v, want it refused by the limit of %s", name, errs, test.limit)
		case !strings.HasSuffix(errs[0].Message, "."):
			t.Errorf("%s: %q is no sentence", name, errs[0].Message)
		}
	}
}

// TestAGoodDocumentIsRemembered asks again, with variables that are not good.
func TestAGoodDocumentIsRemembered(t *testing.T) {
	e := guarded(t, served())
	const query = `query ($n: Int!) { meetings(first: $n) { nodes { rooms(first: $n) { nodes { participants(first: $n) { nodes { id } } } } } } }`
	for range 2 {
		if errs := ask(e, query, `{"n": 5}`); errs != nil {
			t.Fatal(errs)
		}
		if errs := ask(e, query, `{"n": 100}`); len(errs) != 1 || errs[0].Extensions["limit"] != "cost" {
			t.Errorf("large pages got %v", errs)
		}
	}
}

func TestCyclicFragmentsAreRefused(t *testing.T) {
	for _, query := range []string{
		`{ meetings { nodes { ...A } } } fragment A on Meeting { ...A }`,
		`{ meetings { nodes { ...A } } } fragment A on Meeting { rooms { nodes { meeting: id ...B } } } fragment B on Room { participants { nodes { room { ...B } } } }`,
		`{ ...A } fragment A on Query { meetings { nodes { id } } ...B } fragment B on Query { ...C ...A } fragment C on Query { ...B }`,
	} {
		if errs := ask(guarded(t, served()), query, ""); len(errs) == 0 || errs[0].Extensions["code"] != "GRAPHQL_VALIDATION_FAILED" {
			t.Errorf("%s: got %v", query, errs)
		}
	}
}

// choices is a schema with @oneOf, as ours has no such input where lists meet it.
type choices struct{ graphql.ExecutableSchema }

func (choices) Schema() *ast.Schema {
	return gqlparser.MustLoadSchema(&ast.Source{Input: `
		type Query { find(by: By, all: [By!], in: In, plain: Plain, n: Int, s: String, f: [Float!]): String }
		input By @oneOf { id: ID name: String other: By }
		input In { by: By! }
		input Plain { text: String! number: Int! share: Float yes: Boolean id: ID list: [Int!] }`})
}

func TestASubscriptionIsToOneThing(t *testing.T) {
	e := guarded(t, served())
	for query, good := range map[string]bool{
		`subscription { meetingEvents(meetingId: "x") { cursor } }`:                                                                    true,
		`subscription { meetingEvents(meetingId: "x") { cursor } meetingEvents(meetingId: "x") { type } }`:                             true,
		`subscription { ...A } fragment A on Subscription { a: meetingEvents(meetingId: "x") { cursor } }`:                             true,
		`subscription { a: meetingEvents(meetingId: "x") { cursor } b: meetingEvents(meetingId: "x") { cursor } }`:                     false,
		`subscription { meetingEvents(meetingId: "x") { cursor } ...A } fragment A on Subscription { botEvents(botId: "x") { type } }`: false,
		`subscription { ... { a: botEvents(botId: "x") { type } } b: botEvents(botId: "x") { type } }`:                                 false,
	} {
		if errs := ask(e, query, ""); (len(errs) == 0) != good || !good && errs[0].Extensions["code"] != "GRAPHQL_VALIDATION_FAILED" {
			t.Errorf("%s: got %v", query, errs)
		}
	}
}

func TestVariablesAreOfTheirTypes(t *testing.T) {
	e := guarded(t, choices{})
	for name, test := range map[string]struct {
		query, variables string
		good             bool
	}{
		"one":                   {`query ($by: By) { find(by: $by) }`, `{"by": {"id": "x"}}`, true},
		"none given at all":     {`query ($by: By) { find(by: $by) }`, `{}`, true},
		"null in its place":     {`query ($by: By) { find(by: $by) }`, `{"by": null}`, true},
		"no field":              {`query ($by: By) { find(by: $by) }`, `{"by": {}}`, false},
		"two":                   {`query ($by: By) { find(by: $by) }`, `{"by": {"id": "x", "name": "y"}}`, false},
		"null":                  {`query ($by: By) { find(by: $by) }`, `{"by": {"id": null}}`, false},
		"one and null":          {`query ($by: By) { find(by: $by) }`, `{"by": {"id": "x", "name": null}}`, false},
		"two, one in the other": {`query ($by: By) { find(by: $by) }`, `{"by": {"other": {"id": "x", "name": "y"}}}`, false},
		"two in a list":         {`query ($all: [By!]) { find(all: $all) }`, `{"all": [{"id": "x"}, {"id": "x", "name": "y"}]}`, false},
		"two, made a list":      {`query ($all: [By!]) { find(all: $all) }`, `{"all": {"id": "x", "name": "y"}}`, false},
		"one, made a list":      {`query ($all: [By!]) { find(all: $all) }`, `{"all": {"id": "x"}}`, true},
		"two in an object":      {`query ($in: In) { find(in: $in) }`, `{"in": {"by": {"id": "x", "name": "y"}}}`, false},
		"two in the document":   {`{ find(by: {id: "x", name: "y"}) }`, ``, false},
		"null by a variable":    {`query ($id: ID) { find(by: {id: $id}) }`, `{"id": null}`, false},
		"plain values":          {`query ($p: Plain) { find(plain: $p) }`, `{"p": {"text": "x", "number": 1, "share": 1, "yes": true, "id": 7, "list": [1]}}`, true},
		"text for a number":     {`query ($n: Int) { find(n: $n) }`, `{"n": "5"}`, false},
		"text for a fraction":   {`query ($f: [Float!]) { find(f: $f) }`, `{"f": [1.5, "1.5"]}`, false},
		"one text, made a list": {`query ($f: [Float!]) { find(f: $f) }`, `{"f": "1.5"}`, false},
		"a number for text":     {`query ($p: Plain) { find(plain: $p) }`, `{"p": {"text": 5, "number": 1}}`, false},
		"text in an object":     {`query ($p: Plain) { find(plain: $p) }`, `{"p": {"text": "x", "number": "1"}}`, false},
		"text in a list":        {`query ($p: Plain) { find(plain: $p) }`, `{"p": {"text": "x", "number": 1, "list": ["1"]}}`, false},
		"a default of two":      {`query ($by: By = {id: "x", name: "y"}) { find(by: $by) }`, `{}`, false},
	} {
		if errs := ask(e, test.query, test.variables); (len(errs) == 0) != test.good {
			t.Errorf("%s: got %v", name, errs)
		} else if !test.good && errs[0].Extensions["code"] != "GRAPHQL_VALIDATION_FAILED" {
			t.Errorf("%s: got the code %v", name, errs[0].Extensions["code"])
		}
	}
}

// BenchmarkGuard asks what a page asks, again and again: it is known by then.
func BenchmarkGuard(b *testing.B) {
	guard := limit.New(limit.Defaults(), served().Schema())
	e := executor.New(served())
	e.SetQueryCache(guard)
	e.Use(guard)
	const query = `query ($id: ID!, $n: Int) { meeting(id: $id) { id title rooms(first: $n) { nodes { id name participants(first: $n) { nodes { id name role } } } } } }`
	params := &graphql.RawParams{Query: query, Variables: map[string]any{"id": "mtg_x", "n": 20}}
	ctx := graphql.StartOperationTrace(b.Context())
	operation, errs := e.CreateOperationContext(ctx, params)
	if errs != nil {
		b.Fatal(errs)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := guard.MutateOperationParameters(ctx, params); err != nil {
			b.Fatal(err)
		}
		if err := guard.MutateOperationContext(ctx, operation); err != nil {
			b.Fatal(err)
		}
	}
}
