// Package client calls the GraphQL API of a Breakout server from Go.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxAnswer bounds the answer to one request, in bytes.
const maxAnswer = 64 << 20

// Client calls one server with one API key.
type Client struct {
	// URL is the server's address, such as http://127.0.0.1:8080.
	URL string
	// Key is the API key.
	Key string
	// HTTP makes the connections. Defaults to http.DefaultClient.
	HTTP *http.Client
}

// Error is one error of an answer.
type Error struct {
	Message    string `json:"message"`
	Extensions struct {
		Code string `json:"code"`
	} `json:"extensions"`
}

// Errors are the errors of an answer.
type Errors []Error

// Error joins the messages.
func (e Errors) Error() string {
	messages := make([]string, len(e))
	for i, one := range e {
		messages[i] = one.Message
		if one.Extensions.Code != "" {
			messages[i] += " (" + one.Extensions.Code + ")"
		}
	}
	return strings.Join(messages, "; ")
}

// request is a GraphQL request, over HTTP or WebSocket.
type request struct {
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables,omitempty"`
}

// answer is a GraphQL response.
type answer struct {
	Data   json.RawMessage `json:"data"`
	Errors Errors          `json:"errors"`
}

func (a answer) into(result any) error {
	if len(a.Errors) > 0 {
		return a.Errors
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(a.Data, result)
}

func (c *Client) http() *http.Client {
	if c.HTTP != nil {
		return c.HTTP
	}
	return http.DefaultClient
}

// Do runs a query or a mutation and reads the data of its answer into result.
// Errors of the answer come back as [Errors].
func (c *Client) Do(ctx context.Context, query string, variables map[string]any, result any) (err error) {
	body, err := json.Marshal(request{query, variables})
	if err != nil {
		return fmt.Errorf("write the request: %w", err)
	}
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL+"/graphql", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("make the request: %w", err)
	}
	post.Header.Set("Content-Type", "application/json")
	post.Header.Set("Authorization", "Bearer "+c.Key)
	response, err := c.http().Do(post)
	if err != nil {
		return fmt.Errorf("call the server: %w", err)
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	var a answer
	if err := json.Unmarshal(text, &a); err != nil {
		return fmt.Errorf("the server answered %s, which is not GraphQL: %w", response.Status, err)
	}
	return a.into(result)
}
