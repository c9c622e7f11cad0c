package recall

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	entbot "github.com/breakoutrooms/breakout/gen/ent/bot"
	entmeeting "github.com/breakoutrooms/breakout/gen/ent/meeting"
	"github.com/breakoutrooms/breakout/gen/ent/participant"
	"github.com/breakoutrooms/breakout/meeting"
)

// refusedFor says whether an order was refused for one of some reasons.
func refusedFor(err error, codes ...meeting.Code) bool {
	refusals, ok := errors.AsType[meeting.Refusals](err)
	return ok && slices.ContainsFunc(codes, refusals.Has)
}

// after shows a bot as it is after an order to it, unless that was refused.
func (d *door) after(c *call, ordered error, ignored ...string) (answer, error) {
	if ordered != nil {
		return answer{}, ordered
	}
	return d.bot(c.Context(), meeting.BotID(c.id()), http.StatusOK, ignored)
}

// tellWithin is how long a bot that is joining is waited for, until it can take an
// order. One in a waiting room can be there for as long as it likes.
const tellWithin = 5 * time.Second

// ordered gives an order to a bot that is in its meeting, or is just joining it.
func (d *door) ordered(c *call, give func(context.Context, meeting.BotID) error) error {
	ctx, cancel := context.WithTimeoutCause(c.Context(), tellWithin, failure{
		status: http.StatusBadRequest, code: "cannot_command_unstarted_bot", detail: "The bot is not in the meeting yet; ask again when it is.",
	})
	defer cancel()
	return give(ctx, meeting.BotID(c.id()))
}

func (d *door) tell(c *call, order bot.Order) (answer, error) {
	return d.after(c, d.told(c, order))
}

func (d *door) told(c *call, order bot.Order) error {
	return d.ordered(c, func(ctx context.Context, id meeting.BotID) error { return d.Fleet.Tell(ctx, id, order) })
}

func (d *door) leaveCall(c *call) (answer, error) {
	return d.after(c, d.Fleet.RemoveBot(c.Context(), meeting.BotID(c.id())))
}

func (d *door) pauseRecording(c *call) (answer, error) { return d.tell(c, bot.Pause{Paused: true}) }

func (d *door) resumeRecording(c *call) (answer, error) { return d.tell(c, bot.Pause{}) }

func (d *door) requestRecordingPermission(c *call) (answer, error) {
	return d.tell(c, bot.AskToRecord{})
}

func (d *door) stopOutputAudio(c *call) (answer, error) {
	return answer{status: http.StatusNoContent}, d.told(c, bot.Hush{})
}

// deleteMedia deletes all that a bot recorded.
func (d *door) deleteMedia(c *call) (answer, error) {
	_, err := d.Fleet.DeleteRecording(c.Context(), fleet.Deletion{Bot: meeting.BotID(c.id())})
	return d.after(c, err)
}

// Whom a message can go to, beside single participants.
const (
	toEveryone = "everyone" // in the bot's room
	toHost     = "host"
)

type messageInput struct {
	To      json.RawMessage `json:"to"`
	Message *string         `json:"message"`
}

// sendChatMessage has a bot write to the room that it is in.
func (d *door) sendChatMessage(c *call) (answer, error) {
	if _, err := d.Client.Bot.Get(c.Context(), meeting.BotID(c.id())); err != nil {
		return answer{}, err
	}
	var in messageInput
	r, err := read(c.body, &in)
	if err != nil {
		return answer{}, err
	}
	if in.Message == nil {
		r.faults.add([]string{"message"}, "This is required: what the bot is to write.")
	}
	if err := r.faults.err(); err != nil {
		return answer{}, err
	}
	to, err := d.addressee(c.Context(), meeting.BotID(c.id()), in.To)
	if err != nil {
		return answer{}, err
	}
	said := d.ordered(c, func(ctx context.Context, id meeting.BotID) error {
		return d.Fleet.Say(ctx, id, bot.Say{Text: *in.Message, To: to})
	})
	return d.after(c, said, r.ignored...)
}

// addressee finds whom a message is for; 0 for everyone.
func (d *door) addressee(ctx context.Context, id meeting.BotID, raw json.RawMessage) (meeting.ParticipantID, error) {
	name := string(raw)
	if text, err := strconv.Unquote(name); err == nil {
		name = text
	}
	if name == "" || name == "null" || name == toEveryone {
		return 0, nil
	}
	people := d.Client.Participant.Query().Where(participant.HasMeetingWith(entmeeting.HasBotsWith(entbot.ID(id))))
	number, noNumber := strconv.Atoi(name)
	switch {
	case name == toHost:
		people.Where(participant.RoleEQ(meeting.RoleHost), participant.LeftAt(0))
	case noNumber == nil:
		people.Where(participant.Number(number))
	default:
		return 0, faultAt([]string{"to"}, "A message goes to %q, to %q or to the id of a participant, such as 100; not to %s.", toEveryone, toHost, raw)
	}
	found, err := people.Order(ent.Asc(participant.FieldNumber)).First(ctx)
	if ent.IsNotFound(err) {
		return 0, faultAt([]string{"to"}, "The bot's meeting has no participant %s.", raw)
	}
	if err != nil {
		return 0, err
	}
	return meeting.ParticipantID(found.Number), nil
}

// clipKind is the kind of audio that bots can say: Opus in an Ogg file.
const clipKind = "ogg"

type clipInput struct {
	Kind *string `json:"kind"`
	Data *string `json:"b64_data"`
}

// outputAudio has a bot say a clip to the room that it is in.
func (d *door) outputAudio(c *call) (answer, error) {
	if _, err := d.Client.Bot.Get(c.Context(), meeting.BotID(c.id())); err != nil {
		return answer{}, err
	}
	var in clipInput
	r, err := read(c.body, &in)
	if err != nil {
		return answer{}, err
	}
	if in.Kind == nil || *in.Kind != clipKind {
		r.faults.add([]string{"kind"}, "Bots say clips of kind %q: Opus in an Ogg file, with packets of 20 ms.", clipKind)
	}
	var clip []byte
	if in.Data == nil {
		r.faults.add([]string{"b64_data"}, "This is required: the clip in base64.")
	} else if clip, err = base64.StdEncoding.DecodeString(*in.Data); err != nil {
		r.faults.add([]string{"b64_data"}, "The clip is not in base64 (RFC 4648, section 4): %s.", err)
	}
	if err := r.faults.err(); err != nil {
		return answer{}, err
	}
	spoken := d.ordered(c, func(ctx context.Context, id meeting.BotID) error { return d.Fleet.Speak(ctx, id, clip) })
	return d.after(c, spoken, r.ignored...)
}
