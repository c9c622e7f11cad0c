package meeting

// Order is a command and what came along with it.
type Order struct {
	// By gives the command, in the place of the command's own actor unless it is
	// the meeting's owner.
	By Actor
	// Request is under which key the order was given. The events that follow bear
	// it.
	Request Request
	Command Command
}

// Request is a caller's own name for an order, so that the same order given twice
// is carried out once.
type Request struct {
	// Key is the caller's choice, every one once in a workspace.
	Key string `json:"key,omitempty"`
	// Digest tells orders under one key apart. Only the first event of an order
	// bears it.
	Digest string `json:"digest,omitempty"`
}

func (o Order) actor() Actor {
	if o.By != Owner {
		return o.By
	}
	return o.Command.actor()
}

// unwrap takes a command out of its order.
func unwrap(command Command) (Command, Request) {
	switch c := command.(type) {
	case Order:
		return c.Command, c.Request
	case Create:
		return c, c.Request
	}
	return command, Request{}
}

// bear marks events with the request that they follow from.
func (r Request) bear(events []Event) {
	if r.Key == "" {
		return
	}
	for i := range events {
		events[i].Request = Request{Key: r.Key}
	}
	if len(events) > 0 {
		events[0].Request = r
	}
}
