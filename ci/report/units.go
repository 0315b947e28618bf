package report

import (
	"fmt"
	"math"
	"regexp"
	"strings"
)

// Bytes is a size in decimal units: 1 MB is 1 000 000 bytes, as registries and
// disks count.
//
//	Bytes(102_400_000) // 102.4 MB
func Bytes(n int64) string {
	switch {
	case n < 0:
		return "unknown size"
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 999_500: // what would be rounded to 1000 kB is a MB
		return fmt.Sprintf("%.0f kB", float64(n)/1e3)
	case n < 999_950_000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.2f GB", float64(n)/1e9)
}

// Duration writes seconds the way people say them.
//
//	Duration(9.4) // 9.4 s
//	Duration(125) // 2 min 05 s
func Duration(seconds float64) string {
	switch {
	case math.IsNaN(seconds) || math.IsInf(seconds, 0) || seconds < 0 || seconds > 1e9:
		return "unknown time"
	case seconds < 59.95:
		return fmt.Sprintf("%.1f s", seconds)
	}
	s := int(math.Round(seconds))
	if s < 3600 {
		return fmt.Sprintf("%d min %02d s", s/60, s%60)
	}
	return fmt.Sprintf("%d h %02d min", s/3600, s%3600/60)
}

// count is a number with its noun in the right form.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9@%+=:,./_-]+$`)

// Quote writes an argv as a line for a POSIX shell.
//
//	Quote([]string{"pnpm", "run", "it's"}) // pnpm run 'it'\''s'
func Quote(argv []string) string {
	words := make([]string, len(argv))
	for i, word := range argv {
		if !plainWord.MatchString(word) {
			word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
		words[i] = word
	}
	return strings.Join(words, " ")
}
