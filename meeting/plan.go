package meeting

import (
	"slices"
	"strconv"
	"strings"
)

// Plan is a set of rooms and of people who belong in them, made before anybody has
// come. A meeting can have several.
type Plan struct {
	Name  string        `json:"name"` // every name once in a meeting
	Rooms []PlannedRoom `json:"rooms"`
}

// PlannedRoom is a room of a plan.
type PlannedRoom struct {
	Name   string    `json:"name"`
	People []Invitee `json:"people,omitempty"`
}

// Invitee is somebody who may come. Whoever joins with the same e-mail address,
// or the same external id, is taken for them.
type Invitee struct {
	FirstName  string `json:"firstName,omitempty"`
	LastName   string `json:"lastName,omitempty"`
	Email      string `json:"email,omitempty"`
	ExternalID string `json:"externalId,omitempty"`
	// Round is the only round in which they belong in the room; all when 0.
	Round int `json:"round,omitempty"`
	// Role is what they become when they come; as they come when empty.
	Role Role `json:"role,omitempty"`
	// BotPolicy is the mode in which a bot with this e-mail address is to be sent.
	// The rules carry it and do not look at it.
	BotPolicy string `json:"botPolicy,omitempty"`
}

// Bounds of plans.
const (
	MaxPlans       = 20
	MaxPlanPeople  = 5000
	maxIDLength    = 320 // of e-mail addresses (RFC 5321) and external ids, in bytes
	maxInviteeName = 2 * MaxNameLength
)

// is says whether somebody with an e-mail address and an external id is the
// invitee.
func (i Invitee) is(email, externalID string) bool {
	return i.Email != "" && strings.EqualFold(i.Email, email) || i.ExternalID != "" && i.ExternalID == externalID
}

// plan finds a plan by its name.
func (s *State) plan(name string) (Plan, bool) {
	i := slices.IndexFunc(s.Plans, func(p Plan) bool { return p.Name == name })
	if i < 0 {
		return Plan{}, false
	}
	return s.Plans[i], true
}

// WithPlan is a list of plans in which one stands, in the place of that of the same
// name.
func WithPlan(plans []Plan, plan Plan) []Plan {
	return append(WithoutPlan(plans, plan.Name), plan)
}

// WithoutPlan is a list of plans without that of a name.
func WithoutPlan(plans []Plan, name string) []Plan {
	return slices.DeleteFunc(slices.Clone(plans), func(p Plan) bool { return p.Name == name })
}

func (d *decision) savePlan(c SavePlan) error {
	c.Plan.Name = strings.TrimSpace(c.Plan.Name)
	problems := checkName(c.Plan.Name, "name", "A plan's name")
	if _, known := d.state.plan(c.Plan.Name); !known && len(d.state.Plans) >= MaxPlans {
		problems = append(problems, Refuse(CodeInvalid, []string{"name"}, "A meeting can have %d plans; delete one first.", MaxPlans)...)
	}
	if problems = append(problems, d.checkPlan(c.Plan)...); len(problems) > 0 {
		return problems
	}
	d.emit(nil, nil, PlanSaved{Plan: c.Plan})
	return nil
}

// checkPlan finds every fault of a plan.
func (d *decision) checkPlan(plan Plan) (problems Refusals) {
	if n := len(plan.Rooms); n == 0 || n > d.state.Persona.MaxRooms {
		problems = append(problems, Refuse(CodeTooManyRooms, []string{"rooms"}, "A plan has 1 to %d rooms; this one has %d.", d.state.Persona.MaxRooms, n)...)
	}
	rooms := make(map[string]bool)
	people := make(map[string]string) // by e-mail address and external id: the room
	total := 0
	for i, room := range plan.Rooms {
		at := []string{"rooms", strconv.Itoa(i)}
		problems = append(problems, checkLength(room.Name, "rooms", "A room's name", d.state.Persona.MaxRoomName)...)
		if rooms[nameKey(room.Name)] {
			problems = append(problems, Refuse(CodeRoomNameTaken, at, "The plan has two rooms called %q.", strings.TrimSpace(room.Name))...)
		}
		rooms[nameKey(room.Name)] = true
		for j, who := range room.People {
			total++
			problems = append(problems, checkInvitee(who, room.Name, people, append(slices.Clone(at), "people", strconv.Itoa(j)))...)
		}
	}
	if total > MaxPlanPeople {
		problems = append(problems, Refuse(CodeInvalid, []string{"rooms"}, "A plan can have %d people; this one has %d.", MaxPlanPeople, total)...)
	}
	return problems
}

// checkInvitee checks somebody of a plan, who may be in one room only.
func checkInvitee(who Invitee, room string, people map[string]string, at []string) (problems Refusals) {
	if who.Email == "" && who.ExternalID == "" {
		problems = append(problems, Refuse(CodeInvalid, at, "Somebody in %q has neither an e-mail address nor an external id, by which they could be known.", room)...)
	}
	if len(who.Email) > maxIDLength || len(who.ExternalID) > maxIDLength || len(who.FirstName)+len(who.LastName)+len(who.BotPolicy) > maxInviteeName {
		problems = append(problems, Refuse(CodeInvalid, at, "What is told of somebody in %q is too long.", room)...)
	}
	if err := checkRole(who.Role); who.Role != "" && err != nil {
		problems = append(problems, Refuse(CodeInvalid, append(at, "role"), "%s", err)...)
	}
	if who.Round < 0 {
		problems = append(problems, Refuse(CodeInvalid, append(at, "round"), "Rounds are counted from 1; 0 stands for all.")...)
	}
	for _, id := range []string{"e-mail " + strings.ToLower(who.Email), "external id " + who.ExternalID} {
		if strings.HasSuffix(id, " ") {
			continue
		}
		key := id + "/" + strconv.Itoa(who.Round)
		if other, twice := people[key]; twice {
			problems = append(problems, Refuse(CodeInvalid, at, "The %q is in %q and in %q; everybody can be in one room only.", id, other, room)...)
		}
		people[key] = room
	}
	return problems
}

func (d *decision) deletePlan(c DeletePlan) error {
	if _, ok := d.state.plan(c.Name); !ok {
		return planNotFound(c.Name)
	}
	d.emit(nil, nil, PlanDeleted{Name: c.Name})
	return nil
}

func planNotFound(name string) Refusals {
	return Refuse(CodePlanNotFound, []string{"name"}, "The meeting has no plan %q.", name)
}

// applyPlan makes the rooms of a plan that are missing, and assigns those of its
// people who are here. The others are assigned when they come.
func (d *decision) applyPlan(c ApplyPlan) error {
	plan, ok := d.state.plan(c.Name)
	if !ok {
		return planNotFound(c.Name)
	}
	if d.state.Round.State == RoundStateClosing {
		return RefuseForNow(CodeRoundClosing, nil, "The rooms are closing; apply the plan when they have closed.")
	}
	rooms, err := d.roomsOf(plan)
	if err != nil {
		return err
	}
	d.emit(nil, nil, PlanApplied{Name: plan.Name})
	for _, person := range d.state.Roster() {
		room, who, planned := plan.roomFor(person, d.roundAtHand())
		if !planned {
			continue
		}
		d.become(person, who.Role)
		if to := rooms[nameKey(room)]; person.Assigned != to.ID {
			d.assignOne(person, to, AssignedByPlan)
		}
	}
	return nil
}

// roundAtHand is the round that is open or prepared, or would be next.
func (d *decision) roundAtHand() int {
	if d.state.Round.State == RoundStateEdit || d.state.Round.State == RoundStateOpen {
		return d.state.Round.Ordinal
	}
	return d.state.Round.Ordinal + 1
}

// become gives somebody who is here the role that a plan has for them.
func (d *decision) become(person *Person, role Role) {
	if role != "" && role != person.Role && person.Present() {
		d.changeRole(person, role)
	}
}

// roomsOf finds the rooms of a plan by their names, and makes those that are
// missing.
func (d *decision) roomsOf(plan Plan) (map[string]Room, error) {
	rooms := make(map[string]Room, len(plan.Rooms))
	for _, room := range d.state.BreakoutRooms() {
		rooms[nameKey(room.Name)] = room
	}
	var missing []string
	for _, planned := range plan.Rooms {
		if _, exists := rooms[nameKey(planned.Name)]; !exists {
			missing = append(missing, planned.Name)
		}
	}
	if len(missing) > 0 {
		if err := d.addable(); err != nil {
			return nil, err
		}
		if _, err := d.newNames(missing, 0, d.state.Rooms); err != nil {
			return nil, err
		}
	}
	if d.state.Round.State != RoundStateOpen {
		d.prepareRound()
	}
	for _, room := range d.addRooms(missing) {
		rooms[nameKey(room.Name)] = Room{ID: room.ID, Kind: room.Kind, Name: room.Name, State: RoomStatePrepared}
	}
	return rooms, nil
}

// roomFor is the name of the room in which a plan has somebody in a round, and as
// what it has them. What it says of one round goes before what it says of all.
func (p Plan) roomFor(person *Person, round int) (room string, as Invitee, planned bool) {
	if person.Email == "" && person.ExternalID == "" {
		return "", Invitee{}, false
	}
	for _, r := range p.Rooms {
		for _, who := range r.People {
			if who.is(person.Email, person.ExternalID) && (who.Round == round || who.Round == 0 && !planned) {
				room, as, planned = r.Name, who, true
			}
		}
	}
	return room, as, planned
}

// expected assigns a newcomer to the room in which the applied plan has them.
func (d *decision) expected(person *Person) bool {
	plan, applied := d.state.plan(d.state.Applied)
	name, who, planned := plan.roomFor(person, d.roundAtHand())
	if !applied || !planned {
		return false
	}
	d.become(person, who.Role)
	for _, room := range d.state.BreakoutRooms() {
		if nameKey(room.Name) == nameKey(name) {
			d.assignOne(person, room, AssignedByPlan)
			return true
		}
	}
	return false
}
