package report

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{
		-1: "unknown size", 0: "0 B", 999: "999 B", 1000: "1 kB", 999_499: "999 kB", 999_500: "1.0 MB",
		102_400_000: "102.4 MB", 999_949_999: "999.9 MB", 999_950_000: "1.00 GB", 2_500_000_000: "2.50 GB",
	} {
		if got := Bytes(n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for s, want := range map[float64]string{
		0: "0.0 s", 9.4: "9.4 s", 59.94: "59.9 s", 59.95: "1 min 00 s", 125: "2 min 05 s", 119.6: "2 min 00 s",
		3599.6: "1 h 00 min", 3720: "1 h 02 min", -1: "unknown time", math.Inf(1): "unknown time", 1e12: "unknown time",
	} {
		if got := Duration(s); got != want {
			t.Errorf("%v: got %q, want %q", s, got, want)
		}
	}
	if got := Duration(math.NaN()); got != "unknown time" {
		t.Errorf("NaN: got %q", got)
	}
}

func TestQuote(t *testing.T) {
	got := Quote([]string{"pnpm", "run", "--x=a/b", "it's", "", "$HOME", "a b"})
	if want := `pnpm run --x=a/b 'it'\''s' '' '$HOME' 'a b'`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain\ttext\n":                     "plain\ttext\n",
		"\x1b[1;31mred\x1b[0m":              "red",
		"\x1b]0;title\x07x":                 "x",
		"\x1b]8;;u\x1b\\link\x1b]8;;\x1b\\": "link",
		"\x1b(Bx\x1bcy":                     "xy",
		"\u009b31mx":                        "x",
		"a\r\nb":                            "a\nb",
		"10 %\r50 %\r100 %\ndone":           "100 %\ndone",
		"done\r":                            "done",
		"a\x00b\x08c\x7fd\u0085e":           "abcde",
		"a\ufffeb\uffffc":                   "abc",
		"a\u202eb\u2066c":                   "abc",
		"a\xffb":                            "a\ufffdb",
		"\x1b":                              "",
		"\x1b[31":                           "31",
	} {
		if got := clean(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestLastLines(t *testing.T) {
	for _, c := range []struct {
		in           string
		n            int
		want         string
		shown, total int
	}{
		{"", 5, "", 0, 0},
		{" \n\n", 5, "", 0, 0},
		{"a\nb\nc\n\n", 5, "a\nb\nc", 3, 3},
		{"a\nb\nc", 2, "b\nc", 2, 3},
		{"\x1b[1ma\x1b[0m", 1, "a", 1, 1},
	} {
		text, shown, total := lastLines(c.in, c.n)
		if text != c.want || shown != c.shown || total != c.total {
			t.Errorf("%q: got %q, %d of %d", c.in, text, shown, total)
		}
	}
	long, _, _ := lastLines(strings.Repeat("ä", maxLine), 5)
	if len(long) > maxLine+10 || !utf8.ValidString(long) || !strings.HasSuffix(long, "…") {
		t.Errorf("a long line is not cut well: %d bytes", len(long))
	}
	text, shown, total := lastLines(strings.Repeat(strings.Repeat("x", 1000)+"\n", 200), 100)
	if len(text) > maxTail || shown >= 100 || shown < 40 || total != 200 {
		t.Errorf("%d bytes, %d of %d", len(text), shown, total)
	}
}
