// Package seat is the seat protocol: how a program of another process, in any language,
// takes a seat in a simulated meeting. Signals are JSON over a WebSocket, media is WebRTC.
// docs/protocol.md describes it. The package has its messages and a client in Go.
package seat

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/breakoutrooms/breakout/meeting"
)

const (
	// Path begins the path of the door.
	Path = "/seats/"
	// Subprotocol is the WebSocket subprotocol (RFC 6455, section 1.9).
	Subprotocol = "breakout-seat-v1"
	// MaxMessage bounds a message, in bytes.
	MaxMessage = 1 << 20
	// VisitExtension is the RTP header extension that says to which visit a packet
	// belongs: 4 bytes, big endian.
	VisitExtension = "urn:breakout:rtp-hdrext:visit"
)

// The types of messages.
const (
	TypeJoin    = "join"    // client: the first
	TypeOffer   = "offer"   // server: a session description to be answered
	TypeAnswer  = "answer"  // client: to an offer
	TypeJoined  = "joined"  // server: media can flow
	TypeRefused = "refused" // server: nobody was let join; the last
	TypeSignal  = "signal"  // server: something that the seat hears
	TypeRequest = "request" // client: something that the seat does
	TypeReply   = "reply"   // server: what became of a request
)

// What a seat can ask for.
const (
	DoEnterRoom    = "enterRoom"
	DoReturnToMain = "returnToMain"
	DoSendChat     = "sendChat"
	DoAnswer       = "answerInvitation"
	DoAskToRecord  = "askToRecord"
	DoOpenMouth    = "openMouth"
	DoMicrophone   = "setMicrophone"
	DoLeave        = "leave"
)

// Message is one message, either way. What a type does not need is left out.
type Message struct {
	Type string `json:"type"`

	// Of join.
	Name            string              `json:"name,omitempty"`
	Person          bool                `json:"person,omitempty"`
	ExternalID      string              `json:"externalId,omitempty"`
	Email           string              `json:"email,omitempty"`
	FollowsMoves    bool                `json:"followsMoves,omitempty"`
	Captions        bool                `json:"captions,omitempty"`
	PartialCaptions bool                `json:"partialCaptions,omitempty"`
	RoomsOnly       bool                `json:"roomsOnly,omitempty"`
	SignalsOnly     bool                `json:"signalsOnly,omitempty"`
	Video           []meeting.MediaKind `json:"video,omitempty"`

	// Of offer and answer: which offer it is, from 1, and the session description.
	Offer int    `json:"offer,omitempty"`
	SDP   string `json:"sdp,omitempty"`

	// Of joined: the seat's number in the meeting.
	Participant meeting.ParticipantID `json:"participant,omitempty"`

	// Of request and reply: the request's number, which the client chooses.
	ID         int                   `json:"id,omitempty"`
	Do         string                `json:"do,omitempty"`
	RoomID     meeting.RoomID        `json:"roomId,omitempty"`
	To         meeting.ParticipantID `json:"to,omitempty"`
	Text       string                `json:"text,omitempty"`
	Invitation meeting.InvitationID  `json:"invitation,omitempty"`
	Accept     bool                  `json:"accept,omitempty"`
	On         bool                  `json:"on,omitempty"`

	// Of refused and reply: why not, by the rules; or what failed.
	Refusals []Refusal `json:"refusals,omitempty"`
	Failure  string    `json:"failure,omitempty"`

	// Of signal: its name, and what it says.
	Signal string          `json:"signal,omitempty"`
	Data   json.RawMessage `json:"data,omitempty"`
}

// Refusal is one reason why something was not done.
type Refusal struct {
	Code      meeting.Code `json:"code"`
	Message   string       `json:"message"`
	Path      []string     `json:"path,omitempty"`
	Retryable bool         `json:"retryable,omitempty"`
}

// ErrFailed says that a request failed at the meeting, for no reason of the rules.
var ErrFailed = errors.New("the meeting could not do it")

// connectionLost is the failure of a request that can't reach the meeting at the moment.
const connectionLost = "CONNECTION_LOST"

// Bear writes an error into the message: refusals of the rules as such.
func (m *Message) Bear(err error) {
	refusals, is := errors.AsType[meeting.Refusals](err)
	switch {
	case err == nil:
	case is:
		for _, r := range refusals {
			m.Refusals = append(m.Refusals, Refusal{r.Code, r.Message, r.Path, r.Retryable})
		}
	case errors.Is(err, meeting.ErrConnectionLost):
		m.Failure = connectionLost
	default:
		m.Failure = err.Error()
	}
}

// Err reads it back.
func (m *Message) Err() error {
	switch {
	case len(m.Refusals) > 0:
		var refusals meeting.Refusals
		for _, r := range m.Refusals {
			refusals = append(refusals, meeting.Refusal{Code: r.Code, Message: r.Message, Path: r.Path, Retryable: r.Retryable})
		}
		return refusals
	case m.Failure == connectionLost:
		return meeting.ErrConnectionLost
	case m.Failure != "":
		return fmt.Errorf("%w: %s", ErrFailed, m.Failure)
	}
	return nil
}

// signals reads each signal back by its name.
var signals = named(
	meeting.EnteredRoom{}, meeting.PutInWaitingRoom{}, meeting.RecordingPermitted{}, meeting.RecordingWanted{},
	meeting.SomebodyEntered{}, meeting.SomebodyChanged{}, meeting.SomebodyLeft{}, meeting.Invited{}, meeting.InvitationEnded{},
	meeting.RoomListed{}, meeting.RoomsClosing{}, meeting.MessageReceived{}, meeting.ChatReceived{}, meeting.Captioned{},
	meeting.MediaShown{}, meeting.PollAsked{}, meeting.BroadcastHeard{}, meeting.ChangingMeeting{}, meeting.MeetingChanged{},
	meeting.CapabilitiesGranted{}, meeting.HelpWanted{}, meeting.ConnectionLost{}, meeting.ConnectionRestored{}, meeting.Removed{},
)

func named(all ...meeting.Signal) map[string]reflect.Type {
	types := make(map[string]reflect.Type, len(all))
	for _, signal := range all {
		types[nameOf(signal)] = reflect.TypeOf(signal)
	}
	return types
}

// nameOf is a signal's name: that of its type, with a small letter first.
func nameOf(signal meeting.Signal) string {
	name := reflect.TypeOf(signal).Name()
	return strings.ToLower(name[:1]) + name[1:]
}

// SignalMessage is a message that bears a signal.
func SignalMessage(signal meeting.Signal) (Message, error) {
	data, err := json.Marshal(signal)
	if err != nil {
		return Message{}, fmt.Errorf("write the signal %s: %w", nameOf(signal), err)
	}
	return Message{Type: TypeSignal, Signal: nameOf(signal), Data: data}, nil
}

// ReadSignal reads it back. Signals that are not known, as of a later version, are nil.
func (m *Message) ReadSignal() (meeting.Signal, error) {
	kind, known := signals[m.Signal]
	if !known {
		return nil, nil //nolint:nilnil // a signal of a later version is passed by
	}
	value := reflect.New(kind)
	if err := json.Unmarshal(m.Data, value.Interface()); err != nil {
		return nil, fmt.Errorf("read the signal %s: %w", m.Signal, err)
	}
	signal, _ := reflect.TypeAssert[meeting.Signal](value.Elem()) // the table holds nothing else
	return signal, nil
}
