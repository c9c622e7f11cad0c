package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/99designs/gqlgen/graphql"
	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/privacy"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// noKey says what is missing where nobody is named as asking.
const noKey = "No API key was given, or it is not valid. Send one as the header Authorization: Bearer bk_…."

// The codes of errors that are not refusals of the rules.
const (
	codeUnauthenticated = "UNAUTHENTICATED"
	codeUnavailable     = "UNAVAILABLE"
	codeInternal        = "INTERNAL"
)

// present is the one table from errors to what callers see. Refusals and
// GraphQL's own errors say what they have to say; what is unexpected is logged
// and kept from the caller.
func present(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		if own, ok := errors.AsType[*gqlerror.Error](err); ok && errors.Unwrap(own) == nil {
			return own
		}
		presented := graphql.DefaultErrorPresenter(ctx, err)
		if refusals, ok := errors.AsType[meeting.Refusals](err); ok {
			return coded(presented, string(refusals[0].Code), refusals.Error())
		}
		switch {
		case errors.Is(err, access.ErrNoViewer), errors.Is(err, privacy.Deny):
			return coded(presented, codeUnauthenticated, noKey)
		case errors.Is(err, fleet.ErrStopping), errors.Is(err, meeting.ErrClosed):
			return coded(presented, codeUnavailable, "The server is stopping. Try again in a moment.")
		}
		if ctx.Err() == nil {
			log.ErrorContext(ctx, "a request failed", "path", presented.Path.String(), "error", err)
		}
		return coded(presented, codeInternal, "The server failed to answer. The failure was logged; try again, and tell whoever runs the server.")
	}
}

func coded(err *gqlerror.Error, code, message string) *gqlerror.Error {
	return &gqlerror.Error{
		Message: message, Path: err.Path, Locations: err.Locations,
		Extensions: map[string]any{"code": code},
	}
}

// recovered makes an error of a panic in a resolver.
func recovered(_ context.Context, cause any) error {
	return fmt.Errorf("panic in a resolver: %v", cause)
}

// userErrors splits what became of a mutation: a refusal is data, and anything
// else is an error.
func userErrors(err error) ([]*gql.UserError, error) {
	refusals, ok := errors.AsType[meeting.Refusals](err)
	if !ok {
		return []*gql.UserError{}, err
	}
	shown := make([]*gql.UserError, len(refusals))
	for i, refusal := range refusals {
		path := append([]string{}, refusal.Path...)
		shown[i] = &gql.UserError{Code: string(refusal.Code), Message: refusal.Message, Path: path, Retryable: refusal.Retryable}
	}
	return shown, nil
}

// orNull makes null of a row that is not there for the viewer.
func orNull[R any](row *R, err error) (*R, error) {
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // null is the schema's word for it
	}
	return row, err
}
