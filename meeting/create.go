package meeting

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// MainRoomName is what the main room is called.
const MainRoomName = "Main room"

func (d *decision) create(c Create) error {
	var problems Refusals
	problems = append(problems, checkName(c.Title, "title", "A meeting's title")...)
	persona, err := PersonaOf(c.Persona)
	if err != nil {
		return err
	}
	problems = append(problems, persona.checkOptions(c.Options)...)
	if c.Meeting == "" {
		problems = append(problems, Refuse(CodeInvalid, []string{"id"}, "A meeting needs an id.")...)
	}
	joinURL, err := ParseJoinURL(c.JoinURL)
	if refusals, ok := errors.AsType[Refusals](err); ok && c.JoinURL != "" {
		problems = append(problems, refusals...)
	}
	if len(problems) > 0 {
		return problems
	}
	c.Title = strings.TrimSpace(c.Title)
	d.emit(nil, nil, MeetingCreated{Meeting: c.Meeting, Title: c.Title, Platform: c.Platform, Owner: c.Owner, Options: c.Options, Persona: persona.Name, JoinURL: joinURL})
	main := &RoomRef{ID: roomID(c.Meeting, 0), Kind: RoomMain, Name: MainRoomName}
	d.emit(main, nil, RoomCreated{Ordinal: 0})
	return nil
}

// checkName refuses a name that is empty or too long.
func checkName(name, field, what string) Refusals {
	return checkLength(name, field, what, MaxNameLength)
}

func checkLength(name, field, what string, most int) Refusals {
	length := utf8.RuneCountInString(strings.TrimSpace(name))
	switch {
	case length == 0:
		return Refuse(CodeInvalid, []string{field}, "%s must not be empty.", what)
	case length > most:
		return Refuse(CodeInvalid, []string{field}, "%s can have %d characters; this one has %d.", what, most, length)
	}
	return nil
}
