package scenario

import (
	"encoding/json"
	"net/http"
	"time"
)

// Delivery is one attempt to send a webhook to the scenario's receiver.
type Delivery struct {
	At time.Time `json:"at"`
	// Sequence is the number of the event that it tells of.
	Sequence int64 `json:"sequence"`
	// Status is that of the answer; 0 where none came, and Error says why.
	Status int    `json:"status,omitempty"`
	Error  string `json:"error,omitempty"`
}

// attempted takes note of what came of one attempt, which began at a time.
func (r *receiver) attempted(at time.Time, body []byte, answer *http.Response, failed error) {
	var message notice
	if json.Unmarshal(body, &message) != nil || message.Data.Sequence == 0 {
		return // a test event is of no meeting
	}
	one := Delivery{At: at, Sequence: message.Data.Sequence}
	if failed != nil {
		one.Error = failed.Error()
	} else {
		one.Status = answer.StatusCode
	}
	if r.tell != nil {
		r.tell(one)
	}
}
