// Package plan reads and writes plans of breakout rooms as CSV, in the formats of
// the platforms and in one that holds all they do.
package plan

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"slices"
	"strconv"
	"strings"

	"github.com/breakoutrooms/breakout/meeting"
)

// Format is how a CSV file tells a plan.
type Format string

// The formats. Zoom's knows people by their e-mail addresses alone
// (support.zoom.com, KB0061353); Digital Samba's has their names too
// (docs.digitalsamba.com); ours adds an external id, the round, the role and the mode of
// bots.
const (
	Zoom         Format = "ZOOM"
	DigitalSamba Format = "DIGITAL_SAMBA"
	Breakout     Format = "BREAKOUT"
)

// headers are the first lines of the formats.
var headers = map[Format][]string{
	Zoom:         {"Pre-assign Room Name", "Email Address"},
	DigitalSamba: {"room_name", "first_name", "last_name", "email"},
	Breakout:     {"round", "room_name", "first_name", "last_name", "email", "external_id", "role", "bot_policy"},
}

// CodeInvalidCSV is the code of a refusal of a file.
const CodeInvalidCSV meeting.Code = "INVALID_CSV"

// columns are the words for each column, without regard to case, spaces, hyphens
// and underscores.
var columns = map[string]string{
	"preassignroomname": "room", "roomname": "room", "room": "room",
	"emailaddress": "email", "email": "email", "mail": "email",
	"firstname": "first", "lastname": "last", "externalid": "external",
	"round": "round", "role": "role", "botpolicy": "policy",
}

// Read reads a plan. It takes any of the formats, with or without a byte order
// mark, with commas or semicolons, and lines that end in any way. A row without a
// person stands for a room. A file with faults gives [meeting.Refusals], which
// name all of them by their lines.
func Read(name, text string) (meeting.Plan, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	first, _, _ := strings.Cut(text, "\n")
	in := csv.NewReader(strings.NewReader(text))
	in.FieldsPerRecord, in.TrimLeadingSpace = -1, true
	if strings.Count(first, ";") > strings.Count(first, ",") {
		in.Comma = ';'
	}
	r := &reader{in: in, rooms: make(map[string]int), people: make(map[string]seen)}
	r.plan.Name = name
	if err := r.header(); err != nil {
		return meeting.Plan{}, err
	}
	r.rows()
	if len(r.problems) > 0 {
		return meeting.Plan{}, r.problems
	}
	return r.plan, nil
}

// reader reads one file.
type reader struct {
	in       *csv.Reader
	column   map[string]int
	width    int
	plan     meeting.Plan
	rooms    map[string]int  // by name in lower case: where in the plan
	people   map[string]seen // by what they are known by
	problems meeting.Refusals
}

// seen is where somebody stands in the file.
type seen struct {
	line int
	room string
}

func (r *reader) fault(line int, format string, args ...any) {
	r.problems = append(r.problems, meeting.Refuse(CodeInvalidCSV, []string{"csv"}, "Line %d: %s", line, fmt.Sprintf(format, args...))...)
}

func (r *reader) header() error {
	record, err := r.in.Read()
	if errors.Is(err, io.EOF) {
		return meeting.Refuse(CodeInvalidCSV, []string{"csv"}, "The file is empty; it begins with a line such as %q.", strings.Join(headers[Breakout], ","))
	}
	if err != nil {
		return meeting.Refuse(CodeInvalidCSV, []string{"csv"}, "The file is not CSV: %s.", err)
	}
	r.column, r.width = make(map[string]int), len(record)
	plain := strings.NewReplacer(" ", "", "-", "", "_", "")
	for i, title := range record {
		if column, known := columns[plain.Replace(strings.ToLower(strings.TrimSpace(title)))]; known {
			r.column[column] = i
		}
	}
	_, room := r.column["room"]
	_, email := r.column["email"]
	_, external := r.column["external"]
	if !room || !email && !external {
		return meeting.Refuse(CodeInvalidCSV, []string{"csv"},
			"Line 1: the columns %q were expected, or those of Zoom or Digital Samba; a column for rooms and one for e-mail addresses are needed.", strings.Join(headers[Breakout], ","))
	}
	return nil
}

func (r *reader) rows() {
	for {
		record, err := r.in.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if broken, ok := errors.AsType[*csv.ParseError](err); ok {
			r.fault(broken.Line, "%s.", broken.Err)
			return // what follows a broken quote means nothing
		}
		line, _ := r.in.FieldPos(0)
		r.row(line, record)
	}
}

func (r *reader) row(line int, record []string) {
	if strings.TrimSpace(strings.Join(record, "")) == "" {
		return
	}
	if len(record) != r.width {
		r.fault(line, "it has %d fields, the first line has %d.", len(record), r.width)
		return
	}
	field := func(column string) string {
		if i, ok := r.column[column]; ok {
			return strings.TrimSpace(record[i])
		}
		return ""
	}
	room := field("room")
	if room == "" {
		r.fault(line, "the name of the room is missing.")
		return
	}
	who := meeting.Invitee{
		FirstName: field("first"), LastName: field("last"), Email: field("email"), ExternalID: field("external"),
		Role: meeting.Role(strings.ToUpper(field("role"))), BotPolicy: field("policy"),
	}
	var wrong error
	if round := field("round"); round != "" {
		who.Round, wrong = strconv.Atoi(round)
	}
	at := r.room(room)
	switch {
	case who == meeting.Invitee{} && wrong == nil: // a room
	case wrong != nil || who.Round < 0:
		r.fault(line, "%q is no round; rounds are counted from 1, and an empty field stands for all.", field("round"))
	case who.Role != "" && !slices.Contains([]meeting.Role{meeting.RoleHost, meeting.RoleCohost, meeting.RoleParticipant}, who.Role):
		r.fault(line, "there is no role %q; choose host, cohost or participant.", field("role"))
	case who.Email == "" && who.ExternalID == "":
		r.fault(line, "%s has no e-mail address, by which they could be known.", strings.TrimSpace(who.FirstName+" "+who.LastName))
	case who.Email != "" && !isAddress(who.Email):
		r.fault(line, "%q is no e-mail address.", who.Email)
	case r.new(line, room, who):
		r.plan.Rooms[at].People = append(r.plan.Rooms[at].People, who)
	}
}

func isAddress(email string) bool {
	parsed, err := mail.ParseAddress(email)
	return err == nil && parsed.Address == email
}

// room finds the place of a room in the plan, or makes one.
func (r *reader) room(name string) int {
	key := strings.ToLower(name)
	at, known := r.rooms[key]
	if !known {
		at = len(r.plan.Rooms)
		r.rooms[key] = at
		r.plan.Rooms = append(r.plan.Rooms, meeting.PlannedRoom{Name: name})
	}
	return at
}

// new says whether somebody is named for the first time.
func (r *reader) new(line int, room string, who meeting.Invitee) bool {
	round := "/" + strconv.Itoa(who.Round)
	keys := []string{"external id " + who.ExternalID + round, strings.ToLower(who.Email) + round}
	for i, known := range []string{who.ExternalID, who.Email} {
		if known == "" {
			continue
		}
		if before, twice := r.people[keys[i]]; twice {
			r.fault(line, "%s is in %q already, on line %d; everybody can be in one room only.", known, before.room, before.line)
			return false
		}
		r.people[keys[i]] = seen{line, room}
	}
	return true
}

// Write writes a plan. What the format has no column for is left out.
func Write(plan meeting.Plan, format Format) (string, error) {
	header, known := headers[format]
	if !known {
		return "", meeting.Refuse(meeting.CodeInvalid, []string{"format"}, "There is no format %q; choose ZOOM, DIGITAL_SAMBA or BREAKOUT.", format)
	}
	var text strings.Builder
	out := csv.NewWriter(&text)
	rows := [][]string{header}
	for _, room := range plan.Rooms {
		people := room.People
		if format != Breakout { // which have no rounds: theirs is the first
			people = slices.DeleteFunc(slices.Clone(people), func(who meeting.Invitee) bool { return who.Round > 1 })
		}
		if len(people) == 0 {
			people = []meeting.Invitee{{}}
		}
		for _, who := range people {
			rows = append(rows, rowOf(format, room.Name, who))
		}
	}
	if err := out.WriteAll(rows); err != nil {
		return "", fmt.Errorf("write plan %q: %w", plan.Name, err)
	}
	return text.String(), nil
}

// rowOf is somebody's row in a file.
func rowOf(format Format, room string, who meeting.Invitee) []string {
	switch format {
	case Zoom:
		return []string{room, who.Email}
	case DigitalSamba:
		return []string{room, who.FirstName, who.LastName, who.Email}
	}
	round := ""
	if who.Round > 0 {
		round = strconv.Itoa(who.Round)
	}
	return []string{round, room, who.FirstName, who.LastName, who.Email, who.ExternalID, strings.ToLower(string(who.Role)), who.BotPolicy}
}
