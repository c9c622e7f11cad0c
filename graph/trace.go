package graph

import (
	"context"
	"log/slog"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/breakoutrooms/breakout/graph/limit"
	"github.com/breakoutrooms/breakout/logs"
	"github.com/vektah/gqlparser/v2/ast"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// traced makes a span of an operation, where its request is traced, and has log lines
// tell the operation and its meeting.
func traced(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	name := nameOf(operation.Operation)
	about := []slog.Attr{slog.String("operation", name)}
	if id := meetingIn(operation); id != "" {
		about = append(about, slog.String("meeting", id))
	}
	ctx = logs.With(ctx, about...)
	ctx, span := trace.SpanFromContext(ctx).TracerProvider().Tracer("github.com/breakoutrooms/breakout/graph").Start(ctx, name)
	for _, a := range about {
		span.SetAttributes(attribute.String("breakout."+a.Key, a.Value.String()))
	}
	answer := next(ctx)
	if operation.Operation.Operation == ast.Subscription {
		span.End() // what follows lasts as long as the subscriber likes
		return answer
	}
	return func(ctx context.Context) *graphql.Response {
		defer span.End()
		return answer(ctx)
	}
}

// nameOf says what an operation does, by its root's fields: callers name operations
// as they like, or not at all.
func nameOf(operation *ast.OperationDefinition) string {
	words := []string{string(operation.Operation)}
	for _, field := range limit.RootFields(operation.SelectionSet) {
		const most = 5
		if words = append(words, field.Name); len(words) == most {
			break
		}
	}
	return strings.Join(words, " ")
}

// meetingIn finds the meeting that an operation names, if it names one.
func meetingIn(operation *graphql.OperationContext) string {
	for _, field := range limit.RootFields(operation.Operation.SelectionSet) {
		arguments := field.ArgumentMap(operation.Variables)
		if input, ok := arguments["input"].(map[string]any); ok {
			arguments = input
		}
		if id, ok := arguments["meetingId"].(string); ok {
			return id
		}
		if id, ok := arguments["id"].(string); ok && strings.HasPrefix(id, "mtg_") {
			return id
		}
	}
	return ""
}
