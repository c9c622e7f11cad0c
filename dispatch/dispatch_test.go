package dispatch_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/dispatch"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// TestTheBodyIsAsDocumented holds the example of docs/protocol.md against what is sent.
func TestTheBodyIsAsDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile("(?s)```json\n(.*?)\n```").FindSubmatch(text)[1]
	var request dispatch.Request
	decoder := json.NewDecoder(strings.NewReader(string(example)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&request); err != nil {
		t.Fatal(err)
	}
	sent, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	if err := json.Unmarshal(example, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(sent, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the example is\n%s\nand what is sent\n%s", example, sent)
	}
}

// answering is a network with one program on it.
type answering func(*http.Request) *http.Response

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) { return a(r), nil }

func answer(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Status: http.StatusText(status), Body: io.NopCloser(strings.NewReader(body))}
}

// TestRequestsAreSigned has the library of Standard Webhooks verify a request.
func TestRequestsAreSigned(t *testing.T) {
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	target, err := dispatch.New("https://product.example/bots", secret)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	target.HTTP = &http.Client{Transport: answering(func(r *http.Request) *http.Response {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if err := verifier.Verify(body, r.Header); err != nil {
			t.Error(err)
		}
		return answer(http.StatusAccepted, "")
	})}
	if err := target.Join(context.Background(), dispatch.Order{Bot: dispatch.Bot{Name: "Notes"}}); err != nil {
		t.Error(err)
	}
}

// TestWhatTargetsAnswer reads what they tell, and what they must not.
func TestWhatTargetsAnswer(t *testing.T) {
	target, err := dispatch.New("https://product.example/bots", "")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		status int
		body   string
		visits int
		failed string
	}{
		"nothing":        {status: 204},
		"visits":         {status: 200, body: `{"visits": [{"roomId": "room_1", "enteredAt": "2026-05-04T09:00:05Z", "leftAt": "2026-05-04T09:00:10Z"}]}`, visits: 1},
		"no JSON":        {status: 200, body: "bye", failed: `answered bot\.leave for Notes with what can't be read`},
		"it is too much": {status: 503, body: strings.Repeat("x", 500), failed: `to bot\.leave for Notes and said "x{200}…"; it answers 200 to 299`},
		"elsewhere":      {status: 302, failed: `answered Found`},
	} {
		t.Run(name, func(t *testing.T) {
			target.HTTP = &http.Client{Transport: answering(func(r *http.Request) *http.Response {
				if r.Header.Get("Webhook-Signature") != "" {
					t.Error("without a secret it was signed")
				}
				return answer(test.status, test.body)
			}), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
			told, err := target.Leave(context.Background(), dispatch.Order{Bot: dispatch.Bot{Name: "Notes"}})
			if len(told.Visits) != test.visits || (err != nil) != (test.failed != "") {
				t.Fatalf("%+v %v", told, err)
			}
			if err != nil && !regexp.MustCompile(test.failed).MatchString(err.Error()) {
				t.Error(err)
			}
		})
	}
}

func TestAddressesOfTargets(t *testing.T) {
	for _, bad := range []string{"", "127.0.0.1:9000", "ftp://product.example", "http://", "bots"} {
		if _, err := dispatch.New(bad, ""); err == nil {
			t.Errorf("%q is taken for a target", bad)
		}
	}
	if _, err := dispatch.New("http://product.example", "whsec_short"); err == nil {
		t.Error("a secret that is too short is taken")
	}
}
