package engine

import (
	"errors"
	"os"
)

// errEnded is the error of a daemon that ended before it was ready.
var errEnded = errors.New("ended at once")

// startOnState starts the engine on its state. An engine that was killed, or
// whose machine was, can leave a state that no engine starts on any more. All
// of it is cache, so a second start on an empty one is the remedy; if that one
// fails too, the state was not to blame and is put back.
//
// The old state stays beside the new one, for the caller to remove while the
// engine already works: it may hold many gigabytes.
func startOnState(state string, start func() error, say func(format string, args ...any)) error {
	fresh := isEmpty(state)
	first := start()
	if errors.Is(first, errEnded) {
		first = start() // what is left of an engine that was killed takes a moment to go
	}
	if fresh || !errors.Is(first, errEnded) {
		return first
	}
	aside := setAside(state)
	if err := os.RemoveAll(aside); err != nil {
		return errors.Join(first, err)
	}
	if err := os.Rename(state, aside); err != nil {
		return errors.Join(first, err)
	}
	if err := os.Mkdir(state, 0o755); err != nil {
		return errors.Join(first, err)
	}
	say("· the engine does not start on its cache, which a crash may have broken; trying with an empty one")
	if start() != nil {
		if err := os.RemoveAll(state); err != nil {
			return errors.Join(first, err)
		}
		return errors.Join(first, os.Rename(aside, state))
	}
	return nil
}

// setAside is where startOnState leaves a state that no engine starts on.
func setAside(state string) string { return state + ".broken" }

func isEmpty(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && len(entries) == 0
}
