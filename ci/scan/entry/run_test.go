//go:build linux

package entry

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestMain is the program too: isolation is for good, so it needs a process.
func TestMain(m *testing.M) {
	if request := os.Getenv("OCTOCODE_TEST_RUN"); request != "" {
		if err := run([]string{"run", request}, os.Stdout); err != nil {
			os.Stderr.WriteString(err.Error())
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func isolated(t *testing.T, r Run) Ran {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can take away the network")
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), "OCTOCODE_TEST_RUN="+string(text), "CANARY=very-secret")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	var ran Ran
	if err := json.Unmarshal(out, &ran); err != nil {
		t.Fatalf("%v: %s, %v", err, out, exit)
	}
	// What went well is cached, what failed must not be.
	if ran.failed() != (exit != nil) {
		t.Errorf("the program ends with %v after %+v", err, ran)
	}
	return ran
}

func TestRunIsIsolated(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	ran := isolated(t, Run{Seconds: 20, ReadOnly: []string{dir}, Argv: []string{"sh", "-c", `
env; cat /proc/$PPID/environ || echo no-parent; echo x >"$1" || echo read-only; cat /proc/net/dev | grep -c : ; grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status
mount -o remount,rw "$2" || echo no-mount`, "sh", file, dir}})
	if ran.Code != 0 || ran.TimedOut {
		t.Errorf("%+v", ran)
	}
	for _, want := range []string{"HOME=/tmp", "read-only\n", "no-mount\n", "no-parent\n", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1"} {
		if !strings.Contains(ran.Stdout, want) {
			t.Errorf("no %q in\n%s", want, ran.Stdout)
		}
	}
	if strings.Contains(ran.Stdout, "very-secret") || strings.Contains(ran.Stdout, "eth0") {
		t.Errorf("it knows too much:\n%s", ran.Stdout)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("it has written into the sources")
	}
	if ran = isolated(t, Run{Seconds: 20, Argv: []string{"sh", "-c", "cat /proc/net/route | wc -l"}}); strings.TrimSpace(ran.Stdout) != "1" && strings.TrimSpace(ran.Stdout) != "0" {
		t.Errorf("it has routes: %s", ran.Stdout)
	}
}

func TestRunEnds(t *testing.T) {
	// A child in the background keeps the output open, and must not keep us.
	if ran := isolated(t, Run{Seconds: 1, Argv: []string{"sh", "-c", "sleep 60 & sleep 60"}}); !ran.TimedOut || ran.Code == 0 {
		t.Errorf("a command that hangs: %+v", ran)
	}
	ran := isolated(t, Run{Seconds: 20, Argv: []string{"sh", "-c", "yes x | head -c 100000 >&2; echo last >&2; exit 7"}})
	if ran.Code != 7 || ran.Stdout != "" || len(ran.Log) != maxLog || !strings.HasSuffix(ran.Log, "last\n") {
		t.Errorf("code %d, %d bytes on stdout, %d of log", ran.Code, len(ran.Stdout), len(ran.Log))
	}
	if ran = isolated(t, Run{Seconds: 20, Argv: []string{"sh", "-c", "yes | head -c 3000000"}}); ran.Code != 0 || len(ran.Stdout) != maxStdout {
		t.Errorf("code %d, %d bytes on stdout", ran.Code, len(ran.Stdout))
	}
}
