package meeting

import (
	"slices"
	"strings"
)

// Preset is a named bundle of capabilities. Who is given one may do just that,
// whatever the role and the options say (RealtimeKit, presets).
type Preset struct {
	Name         string   `json:"name"`
	Capabilities []string `json:"capabilities"` // as [Capabilities.Names] gives them
}

// MaxPresets is how many presets a meeting can have.
const MaxPresets = 50

// permissions are the names that RealtimeKit has for what presets allow in
// connected meetings.
var permissions = []struct {
	name string
	may  Capabilities
}{
	{"canAlterConnectedMeetings", MayEditRooms | MayControlRound | MayPlaceOthers | MayEnterAnyRoom | MayEnterAssignedRoom | MayChooseRoom |
		MayReturnToMain | MayViewRooms | MayViewRoster},
	{"canSwitchConnectedMeetings", MayChooseRoom | MayEnterAssignedRoom | MayViewRooms | MayViewRoster},
	{"canSwitchToParentMeeting", MayReturnToMain},
}

// Permissions are RealtimeKit's names for what of the set concerns connected
// meetings.
func (c Capabilities) Permissions() []string {
	names := []string{}
	for _, permission := range permissions {
		if c.Has(permission.may) {
			names = append(names, permission.name)
		}
	}
	return names
}

// ParseCapabilities reads capabilities by their names, or by those that
// RealtimeKit has for several together.
func ParseCapabilities(names []string) (may Capabilities, problems Refusals) {
next:
	for _, name := range names {
		if i := slices.Index(capabilityNames, name); i >= 0 {
			may |= 1 << i
			continue
		}
		for _, permission := range permissions {
			if permission.name == name {
				may |= permission.may
				continue next
			}
		}
		problems = append(problems, Refuse(CodeInvalid, []string{"capabilities"}, "There is no capability %q; there are %s.", name, strings.Join(capabilityNames, ", "))...)
	}
	return may, problems
}

type (
	// SavePreset keeps a preset, in the place of one with the same name.
	SavePreset struct {
		Actor
		Preset Preset
	}

	// DeletePreset forgets a preset that nobody has.
	DeletePreset struct {
		Actor
		Name string
	}

	// GivePreset gives somebody a preset, or takes it away when it is empty.
	GivePreset struct {
		Actor
		Participant ParticipantID
		Preset      string
	}
)

// preset finds a preset by its name.
func (s *State) preset(name string) (Preset, bool) {
	i := slices.IndexFunc(s.Presets, func(p Preset) bool { return p.Name == name })
	if i < 0 {
		return Preset{}, false
	}
	return s.Presets[i], true
}

// WithPreset is a list of presets in which one stands, in the place of that of the
// same name.
func WithPreset(presets []Preset, preset Preset) []Preset {
	return append(WithoutPreset(presets, preset.Name), preset)
}

// WithoutPreset is a list of presets without that of a name.
func WithoutPreset(presets []Preset, name string) []Preset {
	return slices.DeleteFunc(slices.Clone(presets), func(p Preset) bool { return p.Name == name })
}

func (d *decision) savePreset(c SavePreset) error {
	c.Preset.Name = strings.TrimSpace(c.Preset.Name)
	problems := checkName(c.Preset.Name, "name", "A preset's name")
	may, unknown := ParseCapabilities(c.Preset.Capabilities)
	if problems = append(problems, unknown...); len(problems) > 0 {
		return problems
	}
	if d.actor != Owner && !d.state.Capabilities(d.actor).Has(may) {
		return Refuse(CodeNotAllowed, []string{"capabilities"}, "Participant %d may not hand out more than it may do itself.", d.actor.Participant)
	}
	if _, known := d.state.preset(c.Preset.Name); !known && len(d.state.Presets) >= MaxPresets {
		return Refuse(CodeInvalid, []string{"name"}, "A meeting can have %d presets; delete one first.", MaxPresets)
	}
	preset := Preset{c.Preset.Name, append([]string{}, may.Names()...)}
	d.emit(nil, nil, PresetSaved{Preset: preset})
	world := *d.state
	world.Presets = WithPreset(d.state.Presets, preset)
	d.recomputeAll(&world)
	return nil
}

func (d *decision) deletePreset(c DeletePreset) error {
	if err := d.hasPreset(c.Name); err != nil {
		return err
	}
	for _, person := range d.state.Roster() {
		if person.Preset == c.Name {
			return Refuse(CodePresetInUse, []string{"name"}, "%s has the preset %q; give another one first.", person.Name, c.Name)
		}
	}
	d.emit(nil, nil, PresetDeleted{Name: c.Name})
	return nil
}

func (d *decision) hasPreset(name string) error {
	if _, ok := d.state.preset(name); !ok {
		return Refuse(CodePresetNotFound, []string{"preset"}, "The meeting has no preset %q.", name)
	}
	return nil
}

func (d *decision) givePreset(c GivePreset) error {
	person, err := d.present(c.Participant, []string{"participantId"})
	if err != nil {
		return err
	}
	_, err = d.preset(person, c.Preset)
	return err
}

// preset gives somebody a preset, and is the person with it.
func (d *decision) preset(person *Person, name string) (*Person, error) {
	if name != "" {
		if err := d.hasPreset(name); err != nil {
			return nil, err
		}
	}
	after := *person
	if after.Preset = name; after.Preset != person.Preset {
		d.emit(nil, person.Ref(), PresetGiven{Preset: name})
		d.recompute(person, after, d.state)
	}
	return &after, nil
}
