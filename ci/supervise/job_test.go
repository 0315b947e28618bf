//go:build linux

package supervise

import "testing"

func TestExitCode(t *testing.T) {
	for code, want := range map[int]int{0: 0, 1: 1, 127: 127, 128: signalExit, 137: signalExit, 255: signalExit} {
		if got := exitCode(code); got != want {
			t.Errorf("%d becomes %d, want %d", code, got, want)
		}
	}
}
