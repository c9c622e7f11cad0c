package simulator

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"

	"github.com/breakoutrooms/breakout/opusfile"
)

//go:embed voices/*.ogg voices/voices.json
var voiceFiles embed.FS

// Voice is one of the bundled voices: Opus frames of 20 ms and what they say.
type Voice struct {
	ID     string `json:"id"`
	File   string `json:"file"`
	Lines  []Line `json:"lines"`
	Frames [][]byte
	// Levels are how loud the frames are, in dB below the loudest sound there can be.
	Levels []byte
}

// Line is one sentence of a voice: its frames From up to, not including, To.
type Line struct {
	Text string `json:"text"`
	From int    `json:"from_frame"`
	To   int    `json:"to_frame"`
}

// LoadVoices reads the bundled voices.
func LoadVoices() ([]Voice, error) {
	manifest, err := voiceFiles.ReadFile("voices/voices.json")
	if err != nil {
		return nil, fmt.Errorf("read the list of voices: %w", err)
	}
	var voices []Voice
	if err := json.Unmarshal(manifest, &voices); err != nil {
		return nil, fmt.Errorf("read the list of voices: %w", err)
	}
	for i := range voices {
		if voices[i].Frames, err = loadFrames(voices[i].File); err != nil {
			return nil, fmt.Errorf("read voice %s: %w", voices[i].ID, err)
		}
	}
	return voices, giveLevels(voices, levels)
}

func loadFrames(name string) (frames [][]byte, err error) {
	file, err := voiceFiles.Open(path.Join("voices", name))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	reader, err := opusfile.NewReader(file)
	if err != nil {
		return nil, err
	}
	for {
		packet, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return frames, nil
		}
		if err != nil {
			return nil, err
		}
		if !stampable(packet) {
			return nil, fmt.Errorf("packet %d is not one frame of 20 ms", len(frames))
		}
		frames = append(frames, packet)
	}
}
