package graph

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/bot"
	"github.com/breakoutrooms/breakout/gen/ent/connection"
	"github.com/breakoutrooms/breakout/gen/ent/deliveryattempt"
	"github.com/breakoutrooms/breakout/gen/ent/knownname"
	entmeeting "github.com/breakoutrooms/breakout/gen/ent/meeting"
	"github.com/breakoutrooms/breakout/gen/ent/participant"
	"github.com/breakoutrooms/breakout/gen/ent/presence"
	"github.com/breakoutrooms/breakout/gen/ent/realtimeendpoint"
	"github.com/breakoutrooms/breakout/gen/ent/room"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/vektah/gqlparser/v2/ast"
)

// loaders read what many objects of one answer ask for in one statement, and once.
// They belong to one field of one operation, and so to one viewer and one moment.
type loaders struct {
	rooms    *loader[meeting.RoomID, *ent.Room]
	bots     *loader[meeting.BotID, *ent.Bot]
	ofBot    *loader[meeting.BotID, *ent.Participant]
	where    *loader[string, *ent.Room]                  // the room that a participant is in
	inside   *loader[meeting.RoomID, []*ent.Participant] // who is in a room, by number
	meetings *loader[meeting.ID, *ent.Meeting]
	joins    *loader[string, []*ent.Connection] // of a participant, oldest first
	names    *loader[string, []*ent.KnownName]
	// endpoints are those of a bot, in the order in which they were given.
	endpoints *loader[meeting.BotID, []*ent.RealtimeEndpoint]
	// attempts are those of a delivery, oldest first.
	attempts *loader[meeting.DeliveryID, []*ent.DeliveryAttempt]
}

func newLoaders(client *ent.Client) *loaders {
	return &loaders{
		rooms: together(func(ctx context.Context, ids []meeting.RoomID) (map[meeting.RoomID]*ent.Room, error) {
			rows, err := client.Room.Query().Where(room.IDIn(ids...)).All(ctx)
			return by(rows, func(r *ent.Room) meeting.RoomID { return r.ID }), err
		}),
		meetings: together(func(ctx context.Context, ids []meeting.ID) (map[meeting.ID]*ent.Meeting, error) {
			rows, err := client.Meeting.Query().Where(entmeeting.IDIn(ids...)).All(ctx)
			return by(rows, func(m *ent.Meeting) meeting.ID { return m.ID }), err
		}),
		joins: together(func(ctx context.Context, ids []string) (map[string][]*ent.Connection, error) {
			rows, err := client.Connection.Query().Where(connection.ParticipantIDIn(ids...)).Order(ent.Asc(connection.FieldNumber)).All(ctx)
			return grouped(rows, func(c *ent.Connection) string { return c.ParticipantID }), err
		}),
		names: together(func(ctx context.Context, ids []string) (map[string][]*ent.KnownName, error) {
			rows, err := client.KnownName.Query().Where(knownname.ParticipantIDIn(ids...)).Order(ent.Asc(knownname.FieldSince, knownname.FieldID)).All(ctx)
			return grouped(rows, func(n *ent.KnownName) string { return n.ParticipantID }), err
		}),
		endpoints: together(func(ctx context.Context, ids []meeting.BotID) (map[meeting.BotID][]*ent.RealtimeEndpoint, error) {
			rows, err := client.RealtimeEndpoint.Query().Where(realtimeendpoint.BotIDIn(ids...)).Order(ent.Asc(realtimeendpoint.FieldOrdinal)).All(ctx)
			return grouped(rows, func(e *ent.RealtimeEndpoint) meeting.BotID { return e.BotID }), err
		}),
		attempts: together(func(ctx context.Context, ids []meeting.DeliveryID) (map[meeting.DeliveryID][]*ent.DeliveryAttempt, error) {
			rows, err := client.DeliveryAttempt.Query().Where(deliveryattempt.DeliveryIDIn(ids...)).Order(ent.Asc(deliveryattempt.FieldNumber)).All(ctx)
			return grouped(rows, func(a *ent.DeliveryAttempt) meeting.DeliveryID { return a.DeliveryID }), err
		}),
		bots: together(func(ctx context.Context, ids []meeting.BotID) (map[meeting.BotID]*ent.Bot, error) {
			rows, err := client.Bot.Query().Where(bot.IDIn(ids...)).All(ctx)
			return by(rows, func(b *ent.Bot) meeting.BotID { return b.ID }), err
		}),
		ofBot: together(func(ctx context.Context, ids []meeting.BotID) (map[meeting.BotID]*ent.Participant, error) {
			rows, err := client.Participant.Query().Where(participant.BotIDIn(ids...)).All(ctx)
			return by(rows, func(p *ent.Participant) meeting.BotID { return p.BotID }), err
		}),
		where: together(func(ctx context.Context, ids []string) (map[string]*ent.Room, error) {
			rows, err := client.Presence.Query().Where(presence.ParticipantIDIn(ids...), presence.LeftAt(0)).WithRoom().All(ctx)
			rooms := make(map[string]*ent.Room, len(rows))
			for _, row := range rows {
				rooms[row.ParticipantID] = row.Edges.Room
			}
			return rooms, err
		}),
		inside: together(func(ctx context.Context, ids []meeting.RoomID) (map[meeting.RoomID][]*ent.Participant, error) {
			rows, err := client.Presence.Query().Where(presence.RoomIDIn(ids...), presence.LeftAt(0)).WithParticipant().All(ctx)
			people := make(map[meeting.RoomID][]*ent.Participant, len(ids))
			for _, row := range rows {
				people[row.RoomID] = append(people[row.RoomID], row.Edges.Participant)
			}
			for _, in := range people {
				slices.SortFunc(in, func(a, b *ent.Participant) int { return cmp.Compare(a.Number, b.Number) })
			}
			return people, err
		}),
	}
}

// loader reads rows by their keys, each once.
type loader[K comparable, V any] struct {
	read func(context.Context, []K) (map[K]V, error)

	mu   sync.Mutex
	rows map[K]V
}

// together makes a loader of a function that reads many. What it does not find is
// the zero value.
func together[K comparable, V any](read func(context.Context, []K) (map[K]V, error)) *loader[K, V] {
	return &loader[K, V]{read: read, rows: make(map[K]V)}
}

// one gives one row, which it reads unless it was read ahead.
func (l *loader[K, V]) one(ctx context.Context, key K) (V, error) {
	rows, err := l.many(ctx, []K{key})
	if err != nil {
		var none V
		return none, err
	}
	return rows[0], nil
}

// many gives rows in the order of their keys, and reads those that were not read
// yet in one statement. Whoever asks for the same rows meanwhile waits for them.
func (l *loader[K, V]) many(ctx context.Context, keys []K) ([]V, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	missing := make(map[K]bool)
	for _, key := range keys {
		if _, known := l.rows[key]; !known {
			missing[key] = true
		}
	}
	if len(missing) > 0 {
		found, err := l.read(ctx, slices.Collect(maps.Keys(missing)))
		if err != nil {
			return nil, err
		}
		for key := range missing {
			l.rows[key] = found[key]
		}
	}
	rows := make([]V, len(keys))
	for i, key := range keys {
		rows[i] = l.rows[key]
	}
	return rows, nil
}

// know notes a row that is known otherwise.
func (l *loader[K, V]) know(key K, row V) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rows[key] = row
}

func by[K comparable, V any](rows []V, key func(V) K) map[K]V {
	found := make(map[K]V, len(rows))
	for _, row := range rows {
		found[key(row)] = row
	}
	return found
}

// grouped gathers up to a page of rows for each key, in their order.
func grouped[K comparable, V any](rows []V, key func(V) K) map[K][]V {
	found := make(map[K][]V)
	for _, row := range rows {
		if k := key(row); len(found[k]) < maxPage {
			found[k] = append(found[k], row)
		}
	}
	return found
}

// loadersKey is where the context carries the loaders of an operation.
type loadersKey struct{}

// withLoaders gives every query and every mutation loaders of its own: what the
// mutation before has changed is read anew.
func withLoaders(client *ent.Client) graphql.RootFieldMiddleware {
	return func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
		return next(context.WithValue(ctx, loadersKey{}, newLoaders(client)))
	}
}

// withFreshLoaders gives everything that a subscription sends loaders of its own:
// it says how things are when it is sent.
func withFreshLoaders(client *ent.Client) graphql.ResponseMiddleware {
	return func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		// What is no legal operation is answered too.
		if graphql.HasOperationContext(ctx) && graphql.GetOperationContext(ctx).Operation != nil && graphql.GetOperationContext(ctx).Operation.Operation == ast.Subscription {
			ctx = context.WithValue(ctx, loadersKey{}, newLoaders(client))
		}
		return next(ctx)
	}
}

func load(ctx context.Context) *loaders {
	loaders, _ := ctx.Value(loadersKey{}).(*loaders)
	return loaders
}

// aheadOfRooms reads for all rooms of a list what is asked of each.
func (l *loaders) aheadOfRooms(ctx context.Context, rooms []*ent.Room) error {
	if !asked(ctx, "participants") {
		return nil
	}
	ids := make([]meeting.RoomID, len(rooms))
	for i, row := range rooms {
		ids[i] = row.ID
	}
	inside, err := l.inside.many(ctx, ids)
	if err != nil {
		return err
	}
	for i, people := range inside {
		for _, person := range people {
			l.where.know(person.ID, rooms[i])
		}
	}
	return l.aheadOfPeople(ctx, slices.Concat(inside...), "participants")
}

// aheadOfPeople reads for all participants of a list what is asked of each. The
// path leads from the list at hand to them.
func (l *loaders) aheadOfPeople(ctx context.Context, people []*ent.Participant, path ...string) error {
	var everybody []string
	var assigned []meeting.RoomID
	var bots []meeting.BotID
	for _, person := range people {
		everybody = append(everybody, person.ID)
		if person.AssignedRoomID != "" {
			assigned = append(assigned, person.AssignedRoomID)
		}
		if person.BotID != "" {
			bots = append(bots, person.BotID)
		}
	}
	return errors.Join(
		ahead(ctx, l.joins, everybody, append(path, "connections")...),
		ahead(ctx, l.names, everybody, append(path, "names")...),
		ahead(ctx, l.where, everybody, append(path, "room")...),
		ahead(ctx, l.rooms, assigned, append(path, "assignedRoom")...),
		ahead(ctx, l.bots, bots, append(path, "bot")...),
	)
}

// ahead reads rows if the field at the end of the path is asked for.
func ahead[K comparable, V any](ctx context.Context, l *loader[K, V], keys []K, path ...string) error {
	if !asked(ctx, path...) {
		return nil
	}
	_, err := l.many(ctx, keys)
	return err
}

// keysOf are the keys of some rows.
func keysOf[N any, K comparable](rows []*N, key func(*N) K) []K {
	keys := make([]K, len(rows))
	for i, row := range rows {
		keys[i] = key(row)
	}
	return keys
}

// asked says whether the objects of the list at hand are asked for a field, at the
// end of a path that leads through lists.
func asked(ctx context.Context, path ...string) bool {
	operation := graphql.GetOperationContext(ctx)
	var in func(selected []graphql.CollectedField, path []string) bool
	in = func(selected []graphql.CollectedField, path []string) bool {
		for _, one := range selected {
			rest := path
			switch one.Name {
			case "nodes", "edges", "node":
			case path[0]:
				if rest = path[1:]; len(rest) == 0 {
					return true
				}
			default:
				continue
			}
			if in(graphql.CollectFields(operation, one.Selections, nil), rest) {
				return true
			}
		}
		return false
	}
	return in(graphql.CollectFieldsCtx(ctx, nil), path)
}
