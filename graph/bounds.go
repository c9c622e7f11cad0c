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
func bounded(server *handler.Server, schema graphql.ExecutableSchema) {
	limits := limit.Defaults()
	guard := limit.New(limits, schema.Schema())
	server.SetQueryCache(guard)
	server.SetParserTokenLimit(limits.Tokens)
	server.Use(persisted{extension.AutomaticPersistedQuery{Cache: short{lru.New[string](persistedDocuments)}}})
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

// short keeps no long documents, of which few could take all memory.
type short struct{ *lru.LRU[string] }

// Add keeps a document unless it is long.
func (s short) Add(ctx context.Context, hash, document string) {
	if len(document) <= persistedLength {
		s.LRU.Add(ctx, hash, document)
	}
}
