package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/breakoutrooms/breakout/graph/limit"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const (
	// persistedDocuments is how many documents are kept that callers name by their
	// hash, and persistedLength how long one may be to be kept, in bytes.
	persistedDocuments = 1000
	persistedLength    = 8 << 10
)

// codePersisted is the code of a hash that is not one of a document.
const codePersisted = "PERSISTED_QUERY_INVALID"

// bounded lets a server take documents by their hash, and refuse what asks for too
// much.
func bounded(server *handler.Server, schema graphql.ExecutableSchema, trusted map[string]string) {
	limits := limit.Defaults()
	guard := limit.New(limits, schema.Schema())
	server.SetQueryCache(guard)
	server.SetParserTokenLimit(limits.Tokens)
	server.Use(persisted{extension.AutomaticPersistedQuery{Cache: known{lru.New[string](persistedDocuments), trusted}}})
	server.Use(guard)
}

// persisted are documents by their hash
// (https://www.apollographql.com/docs/apollo-server/performance/apq), with a code
// for each error.
type persisted struct {
	extension.AutomaticPersistedQuery
}

// MutateOperationParameters finds the document of a hash, or remembers it.
func (p persisted) MutateOperationParameters(ctx context.Context, params *graphql.RawParams) *gqlerror.Error {
	err := p.AutomaticPersistedQuery.MutateOperationParameters(ctx, params)
	if err != nil && err.Extensions["code"] == nil {
		errcode.Set(err, codePersisted)
	}
	return err
}

// known are the documents that can be named by their hash: those that are trusted, and
// those that callers have told lately.
type known struct {
	*lru.LRU[string]
	trusted map[string]string
}

// Get finds a document.
func (k known) Get(ctx context.Context, hash string) (string, bool) {
	if document, ok := k.trusted[hash]; ok {
		return document, true
	}
	return k.LRU.Get(ctx, hash)
}

// Add keeps a document unless it is long: few long ones could take all memory.
func (k known) Add(ctx context.Context, hash, document string) {
	if len(document) <= persistedLength {
		k.LRU.Add(ctx, hash, document)
	}
}
