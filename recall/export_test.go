package recall

import (
	"reflect"
	"time"
)

// Routes are all that the door serves to those who show a key.
func Routes() (list []string) {
	for _, r := range routes() {
		list = append(list, r.method+" "+r.path)
	}
	return list
}

// BodyFields are the fields that bodies are read into, by the names that the
// description has for the bodies.
func BodyFields() map[string][]string {
	return map[string][]string{
		"BotInput": fieldsOf(reflect.TypeFor[botInput](), ""), "ChatMessageInput": fieldsOf(reflect.TypeFor[messageInput](), ""),
		"OutputAudioInput": fieldsOf(reflect.TypeFor[clipInput](), ""),
	}
}

func fieldsOf(t reflect.Type, prefix string) (names []string) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() {
		return nil
	}
	for field := range t.Fields() {
		name := field.Tag.Get("json")
		names = append(names, prefix+name)
		names = append(names, fieldsOf(field.Type, prefix+name+".")...)
	}
	return names
}
