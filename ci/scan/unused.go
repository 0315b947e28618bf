package scan

import (
	"fmt"
	"slices"
)

// Unused says which entries of ignore files matched nothing in any of several
// scans that were judged by the same entries. One scan alone cannot tell: an
// entry for the image has nothing to match in the source.
//
//	notes := scan.Unused(source, image, config)
func Unused(verdicts ...Verdict) []string {
	if len(verdicts) == 0 {
		return nil
	}
	var notes []string
	for _, ignore := range verdicts[0].Unused {
		everywhere := true
		for _, v := range verdicts[1:] {
			everywhere = everywhere && slices.ContainsFunc(v.Unused, ignore.same)
		}
		if everywhere {
			notes = append(notes, fmt.Sprintf("%s: %s matches nothing any more: remove it", ignore.Where, ignore.ID))
		}
	}
	return notes
}

func (i Ignore) same(other Ignore) bool {
	return i.ID == other.ID && i.Kind == other.Kind && i.Where == other.Where && slices.Equal(i.Paths, other.Paths)
}
