package socket

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/gobwas/ws"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Subprotocol is GraphQL over WebSocket
// (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md).
const Subprotocol = "graphql-transport-ws"

// The types of messages.
const (
	typeInit      = "connection_init"
	typePing      = "ping"
	typePong      = "pong"
	typeSubscribe = "subscribe"
	typeComplete  = "complete"
)

// Close codes: those of the protocol, and the ones of RFC 6455 and IANA's registry
// that clients come back after.
const (
	codeServiceRestart ws.StatusCode = 1012
	codeTryAgainLater  ws.StatusCode = 1013

	codeBadMessage      ws.StatusCode = 4400
	codeUnauthorized    ws.StatusCode = 4401
	codeForbidden       ws.StatusCode = 4403
	codeSubprotocol     ws.StatusCode = 4406
	codeInitTimeout     ws.StatusCode = 4408
	codeOperationExists ws.StatusCode = 4409
	codeTooManyInits    ws.StatusCode = 4429
	codeInternal        ws.StatusCode = 4500
)

// maxReason bounds what a close frame says, in bytes (RFC 6455, section 5.5).
const maxReason = ws.MaxControlFramePayloadSize - 2

// closing is why a socket ends, as the other side is told.
type closing struct {
	code   ws.StatusCode
	reason string
}

// Error makes a closing the cause of the end of a context.
func (c closing) Error() string { return fmt.Sprintf("%d %s", c.code, c.reason) }

func closingf(code ws.StatusCode, format string, args ...any) closing {
	reason := fmt.Sprintf(format, args...)
	return closing{code, strings.ToValidUTF8(reason[:min(len(reason), maxReason)], "")}
}

// message is what a client says.
type message struct {
	ID      string          `json:"id"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

// parseMessage reads a message, and refuses what no client may say.
func parseMessage(text []byte) (message, error) {
	var m message
	if err := json.Unmarshal(text, &m); err != nil {
		return m, closingf(codeBadMessage, "A message is a JSON object with a type.")
	}
	switch m.Type {
	case typeInit, typePing, typePong:
		if len(m.Payload) > 0 && !isObject(m.Payload) {
			return m, closingf(codeBadMessage, "The payload of %s is an object.", m.Type)
		}
	case typeSubscribe, typeComplete:
		if m.ID == "" {
			return m, closingf(codeBadMessage, "A message of type %s has an id.", m.Type)
		}
	default:
		return m, closingf(codeBadMessage, "There is no message of type %.40q from clients.", m.Type)
	}
	return m, nil
}

// isObject says whether JSON that is valid is an object, or null.
func isObject(text json.RawMessage) bool { return text[0] == '{' || text[0] == 'n' }

// parseOperation reads the payload of a subscribe message.
func parseOperation(payload json.RawMessage) (*graphql.RawParams, error) {
	params := &graphql.RawParams{}
	isObject := len(payload) > 0 && payload[0] == '{' && json.Unmarshal(payload, params) == nil
	if !isObject || params.Query == "" && len(params.Extensions) == 0 { // an extension may name the query
		return nil, closingf(codeBadMessage, "The payload of subscribe is an object with query, and variables, operationName and extensions where needed.")
	}
	return params, nil
}

// credentials are what a client may say in connection_init to be known.
type credentials struct {
	Key           string `json:"key"`
	Authorization string `json:"authorization"`
	Capitalized   string `json:"Authorization"`
}

// jsonOf writes what is made of strings, numbers and maps, and so can be written.
func jsonOf(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}

// answerTo begins every message about an operation.
func answerTo(quotedID []byte, messageType string) []byte {
	return fmt.Appendf(nil, `{"id":%s,"type":%q`, quotedID, messageType)
}

// errorMessage ends an operation that failed.
func errorMessage(quotedID []byte, errs gqlerror.List) []byte {
	return append(append(append(answerTo(quotedID, "error"), `,"payload":`...), jsonOf(errs)...), '}')
}

// payloadOf writes a response. The executor uses the bytes of the data again, so
// that they are copied here.
func payloadOf(response *graphql.Response) []byte {
	if len(response.Errors) > 0 || len(response.Extensions) > 0 || len(response.Data) == 0 {
		return jsonOf(response)
	}
	payload := make([]byte, 0, len(response.Data)+len(`{"data":}`))
	payload = append(payload, `{"data":`...)
	return append(append(payload, response.Data...), '}')
}
