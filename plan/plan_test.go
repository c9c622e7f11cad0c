package plan_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/plan"
)

var whole = meeting.Plan{Name: "Monday", Rooms: []meeting.PlannedRoom{
	{Name: "Ideas, \"wild\"", People: []meeting.Invitee{
		{FirstName: "Ada", LastName: "Lovelace", Email: "ada@example.org", ExternalID: "a-1"},
		{FirstName: "Ben", Email: "ben@example.org", Role: meeting.RoleCohost, Round: 1},
	}},
	{Name: "Empty"},
	{Name: "Budget", People: []meeting.Invitee{
		{Email: "cy@example.org"}, {Email: "ben@example.org", Round: 2}, {Email: "bot@example.org", BotPolicy: "auto_accept_all_invites"},
	}},
}}

// only is a plan as a format can tell it.
func only(p meeting.Plan, keep func(meeting.Invitee) meeting.Invitee) meeting.Plan {
	told := meeting.Plan{Name: p.Name}
	for _, room := range p.Rooms {
		kept := meeting.PlannedRoom{Name: room.Name}
		for _, who := range room.People {
			if who = keep(who); who.Email != "" {
				kept.People = append(kept.People, who)
			}
		}
		told.Rooms = append(told.Rooms, kept)
	}
	return told
}

func TestRoundTrip(t *testing.T) {
	for format, want := range map[plan.Format]meeting.Plan{
		plan.Breakout: whole,
		plan.DigitalSamba: only(whole, func(i meeting.Invitee) meeting.Invitee {
			if i.Round > 1 {
				return meeting.Invitee{}
			}
			return meeting.Invitee{FirstName: i.FirstName, LastName: i.LastName, Email: i.Email}
		}),
		plan.Zoom: only(whole, func(i meeting.Invitee) meeting.Invitee {
			if i.Round > 1 {
				return meeting.Invitee{}
			}
			return meeting.Invitee{Email: i.Email}
		}),
	} {
		text, err := plan.Write(whole, format)
		if err != nil {
			t.Fatal(err)
		}
		for how, text := range map[string]string{
			"as written":              text,
			"with a byte order mark":  "\ufeff" + text,
			"with other line endings": strings.ReplaceAll(text, "\n", "\r\n"),
			"with another header":     strings.ToUpper(strings.Split(text, "\n")[0]) + " \n" + strings.SplitN(text, "\n", 2)[1],
			"with empty lines":        strings.ReplaceAll(text, "\n", "\n\n"),
		} {
			got, err := plan.Read("Monday", text)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s %s: got %+v, %v\nof\n%s", format, how, got, err, text)
			}
		}
	}
	semicolons := "room_name;first_name;last_name;email\nRed;Ada;;ada@example.org\n"
	_, err := plan.Read("x", "round,room,email,role\nfirst,Red,a@example.org,\n-1,Red,b@example.org,\n,Red,c@example.org,king\n")
	if refusals, ok := errors.AsType[meeting.Refusals](err); !ok || len(refusals) != 3 {
		t.Errorf("two rounds and a role that do not exist: got %v", err)
	}
	if got, err := plan.Read("x", semicolons); err != nil || len(got.Rooms) != 1 || got.Rooms[0].People[0].FirstName != "Ada" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestEveryFaultNamesItsLine(t *testing.T) {
	_, err := plan.Read("x", `room_name,first_name,last_name,email,external_id
Red,Ada,,ada@example.org,1
,Ben,,ben@example.org,
Red,Cy,,not-an-address,
Blue,Ada,,ADA@example.org,
Blue,Dana,Doe,,
Blue,Eve
Blue,Fay,,fay@example.org,1
Blue,"Gus,,gus@example.org,
`)
	refusals, ok := errors.AsType[meeting.Refusals](err)
	if !ok {
		t.Fatal(err)
	}
	want := []string{
		"Line 3: the name of the room is missing.",
		`Line 4: "not-an-address" is no e-mail address.`,
		`Line 5: ADA@example.org is in "Red" already, on line 2;`,
		"Line 6: Dana Doe has no e-mail address",
		"Line 7: it has 2 fields, the first line has 5.",
		`Line 8: 1 is in "Red" already, on line 2;`,
		"Line 9: ",
	}
	if len(refusals) != len(want) {
		t.Fatalf("%d faults were found, want %d:\n%v", len(refusals), len(want), err)
	}
	for i, refusal := range refusals {
		if refusal.Code != plan.CodeInvalidCSV || !strings.HasPrefix(refusal.Message, want[i]) {
			t.Errorf("fault %d is %q, want %q", i+1, refusal.Message, want[i])
		}
	}
}

func TestFilesThatAreNoPlans(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "The file is empty",
		"name,phone\nAda,1\n":  "Line 1: the columns",
		"\"room_name,email\nx": "The file is not CSV",
		"room_name\nRed\n":     "Line 1: the columns",
	} {
		if _, err := plan.Read("x", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
	if _, err := plan.Write(whole, "EXCEL"); err == nil {
		t.Error("there is no such format")
	}
}

// FuzzRead looks for files that read, and do not read the same when written again.
func FuzzRead(f *testing.F) {
	for _, format := range []plan.Format{plan.Breakout, plan.DigitalSamba, plan.Zoom} {
		text, err := plan.Write(whole, format)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first, err := plan.Read("x", text)
		if err != nil {
			return
		}
		again, err := plan.Write(first, plan.Breakout)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := plan.Read("x", again); err != nil || !reflect.DeepEqual(first, second) {
			t.Errorf("%q reads as %+v, and written again as %+v, %v", text, first, second, err)
		}
	})
}
