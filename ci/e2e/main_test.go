//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestMain makes sure that no test leaves containers of a stack running.
func TestMain(m *testing.M) {
	before := supervisors()
	code := m.Run()
	for range 40 {
		if supervisors() <= before {
			os.Exit(code)
		}
		time.Sleep(500 * time.Millisecond)
	}
	fmt.Printf("FAIL: %d containers of stacks ran before the tests, %d run after them\n", before, supervisors())
	os.Exit(1)
}

// supervisors is how many containers of stacks run on this machine.
func supervisors() int {
	out, _ := exec.Command("pgrep", "--count", "--full", "^/.octocode/octocode-init (service|gateway|job)").Output()
	n, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		panic("pgrep cannot count processes: install procps")
	}
	return n
}
