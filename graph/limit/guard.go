package limit

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

const (
	// remembered is how many documents are kept parsed. With those of the greatest
	// length and as many tokens as may be, they take about 100 MB.
	remembered = 256
	// keepUpTo is how long a document may be to be kept, in bytes.
	keepUpTo = 8 << 10
)

// Guard refuses operations that ask for more than the limits. It is an extension
// of gqlgen's server, and the cache of its documents.
type Guard struct {
	limits Limits
	schema *ast.Schema
	known  *lru.LRU[*known]
}

// known is a document that was found good.
type known struct {
	document *ast.QueryDocument
	// cheap are the operations that stay below the limit whatever their variables.
	cheap map[*ast.OperationDefinition]bool
}

var (
	_ graphql.OperationParameterMutator = (*Guard)(nil)
	_ graphql.OperationContextMutator   = (*Guard)(nil)
	_ graphql.Cache[*ast.QueryDocument] = (*Guard)(nil)
	_ graphql.HandlerExtension          = (*Guard)(nil)
)

// New makes a guard for one schema.
func New(limits Limits, schema *ast.Schema) *Guard {
	return &Guard{limits, schema, lru.New[*known](remembered)}
}

// ExtensionName names the guard to gqlgen.
func (g *Guard) ExtensionName() string { return "Limits" }

// Validate is content with every schema.
func (g *Guard) Validate(graphql.ExecutableSchema) error { return nil }

// Get finds a document that was found good before.
func (g *Guard) Get(ctx context.Context, query string) (*ast.QueryDocument, bool) {
	if k, found := g.known.Get(ctx, query); found {
		return k.document, true
	}
	return nil, false
}

// Add remembers a document that is good, unless it is long.
func (g *Guard) Add(ctx context.Context, query string, document *ast.QueryDocument) {
	if len(query) > keepUpTo {
		return
	}
	k := &known{document, make(map[*ast.OperationDefinition]bool, len(document.Operations))}
	for _, operation := range document.Operations {
		k.cheap[operation] = price(g.schema, operation, nil) <= g.limits.Cost
	}
	g.known.Add(ctx, query, k)
}

// MutateOperationParameters refuses documents that are too long, wide or deep,
// before gqlgen parses and validates them. What is not GraphQL it leaves to gqlgen.
func (g *Guard) MutateOperationParameters(ctx context.Context, params *graphql.RawParams) *gqlerror.Error {
	if _, found := g.known.Get(ctx, params.Query); found {
		return nil
	}
	length := bound{"length", g.limits.Length, "A document may have %d bytes; this one has %s. Send long values as variables."}
	if err := length.exceeds(len(params.Query)); err != nil {
		return err
	}
	document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: params.Query}, g.limits.Tokens)
	if err != nil {
		if strings.Contains(err.Error(), "exceeded token limit") {
			tokens := bound{"tokens", g.limits.Tokens, "A document may have %d words and signs; this one has %s. Send several operations."}
			return tokens.exceeds(plenty)
		}
		return nil
	}
	return g.limits.shape(document)
}

// MutateOperationContext refuses operations whose answer could be too large or
// whose variables are too many, and what gqlgen's validation lets pass.
func (g *Guard) MutateOperationContext(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	values := bound{"values", g.limits.Values, "The variables of an operation may have %d values; these have %s. Send several operations."}
	if err := values.exceeds(count(operation.Variables)); err != nil {
		return err
	}
	if err := typed(g.schema, operation.Operation, operation.Variables); err != nil {
		return err
	}
	if err := single(operation.Operation); err != nil {
		return err
	}
	if k, found := g.known.Get(ctx, operation.RawQuery); found && k.cheap[operation.Operation] {
		return nil
	}
	objects := bound{"cost", g.limits.Cost, "An answer may have %d objects, were all of its pages full; this one could have %s. Ask for smaller pages, by `first`."}
	return objects.exceeds(price(g.schema, operation.Operation, operation.Variables))
}

// single refuses a subscription to several things. The validation lets one field pass
// under several aliases.
func single(operation *ast.OperationDefinition) *gqlerror.Error {
	if operation.Operation != ast.Subscription {
		return nil
	}
	aliases := make(map[string]bool)
	for _, field := range RootFields(operation.SelectionSet) {
		aliases[field.Alias] = true
	}
	if len(aliases) > 1 {
		return misfit(nil, "A subscription has one field at its root; this one has %d. Send a subscription for each.", len(aliases))
	}
	return nil
}

// RootFields are the fields of an operation's root, also those that stand in
// fragments or might be left out. The document was validated.
func RootFields(selections ast.SelectionSet) (fields []*ast.Field) {
	for _, selection := range selections {
		switch one := selection.(type) {
		case *ast.Field:
			fields = append(fields, one)
		case *ast.InlineFragment:
			fields = append(fields, RootFields(one.SelectionSet)...)
		case *ast.FragmentSpread:
			fields = append(fields, RootFields(one.Definition.SelectionSet)...)
		}
	}
	return fields
}
