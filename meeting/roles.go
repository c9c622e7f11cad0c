package meeting

import "strings"

// setRole makes somebody host, co-host or participant.
func (d *decision) setRole(c SetRole) error {
	person, err := d.present(c.Participant, []string{"participantId"})
	if err != nil {
		return err
	}
	if err := checkRole(c.Role); err != nil {
		return err
	}
	if person.Role != c.Role {
		d.changeRole(person, c.Role)
	}
	return nil
}

func checkRole(role Role) error {
	switch role {
	case RoleHost, RoleCohost, RoleParticipant:
		return nil
	}
	return Refuse(CodeInvalid, []string{"role"}, "There is no role %q; choose HOST, COHOST or PARTICIPANT.", role)
}

func (d *decision) changeRole(person *Person, role Role) {
	after := *person
	after.Role = role
	d.emit(nil, after.Ref(), ParticipantRoleChanged{Before: person.Role})
	d.recompute(person, after, d.state)
}

// succeed makes the first co-host the host when the last host has gone.
func (d *decision) succeed(gone *Person) {
	if gone.Role != RoleHost {
		return
	}
	var next *Person
	for _, person := range d.state.Roster() {
		switch {
		case person == gone || !person.Present():
		case person.Role == RoleHost:
			return
		case person.Role == RoleCohost && next == nil:
			next = person
		}
	}
	if next != nil {
		d.changeRole(next, RoleHost)
	}
}

// rename gives somebody another name. Everybody may change their own.
func (d *decision) rename(c Rename) error {
	person, err := d.present(c.Participant, []string{"participantId"})
	if err != nil {
		return err
	}
	if d.actor != As(person.ID) && !d.state.Capabilities(d.actor).Has(MayPlaceOthers) {
		return Refuse(CodeNotAllowed, nil, "Participant %d may not rename others.", d.actor.Participant)
	}
	if problems := checkName(c.Name, "name", "A participant's name"); len(problems) > 0 {
		return problems
	}
	after := *person
	if after.Name = strings.TrimSpace(c.Name); after.Name != person.Name {
		d.emit(nil, after.Ref(), ParticipantRenamed{Before: person.Name})
	}
	return nil
}
