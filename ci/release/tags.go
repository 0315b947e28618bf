package release

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/Masterminds/semver/v3"
)

// maxTag is the length of a tag that registries take.
const maxTag = 128

// Tags are the tags of an image, the most exact first.
//
//   - A stable version gives 1.2.3, and 1.2, 1 and latest as far as no newer one
//     has been released; a prerelease gives only itself, and 0.2.3 gives no 0.
//   - A branch gives its name. A name that is no tag, or that is another kind of
//     tag, is changed and gets a hash, so that no two branches share a tag and
//     none can take "latest" or "1.2.3".
//   - A pull request gives pr-7, and its branch gives nothing: in a fork it may
//     be called "main".
//   - A commit gives sha- and 12 digits.
//
// An example:
//
//	Tags(Origin{Version: "v1.2.3", Released: []string{"1.3.0"}}) // 1.2.3 1.2
func Tags(o Origin) ([]string, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	var tags []string
	if o.Version != "" {
		v, err := version(o.Version)
		if err != nil {
			return nil, err
		}
		tags = versionTags(v, o.Released)
		if len(tags[0]) > maxTag {
			return nil, fmt.Errorf("version %q: a tag has at most %d characters", shorten(o.Version), maxTag)
		}
	}
	if o.PullRequest > 0 {
		tags = append(tags, fmt.Sprintf("pr-%d", o.PullRequest))
	} else if o.Branch != "" {
		tag, err := branchTag(o.Branch)
		if err != nil {
			return nil, err
		}
		tags = append(tags, tag)
	}
	if o.Commit != "" {
		tags = append(tags, "sha-"+strings.ToLower(o.Commit[:min(12, len(o.Commit))]))
	}
	return tags, nil
}

// CheckTag says what is wrong with a tag that a caller gives.
func CheckTag(tag string) error {
	if !validTag.MatchString(tag) {
		return fmt.Errorf("tag %q: it is up to %d letters, digits, dots, dashes and underscores, and starts with none of . and -", shorten(tag), maxTag)
	}
	return nil
}

var validTag = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)

func versionTags(v *semver.Version, released []string) []string {
	// No tag has a "+"; Helm writes "_" too.
	tags := []string{strings.Replace(v.String(), "+", "_", 1)}
	if v.Prerelease() != "" {
		return tags
	}
	newest := func(series func(*semver.Version) bool) bool {
		return !slices.ContainsFunc(released, func(tag string) bool {
			other, err := tagVersion(tag)
			return err == nil && other.Prerelease() == "" && series(other) && other.GreaterThan(v)
		})
	}
	if newest(func(o *semver.Version) bool { return o.Major() == v.Major() && o.Minor() == v.Minor() }) {
		tags = append(tags, fmt.Sprintf("%d.%d", v.Major(), v.Minor()))
	}
	// Each 0.x breaks the one before: there is no tag to follow them.
	if v.Major() > 0 && newest(func(o *semver.Version) bool { return o.Major() == v.Major() }) {
		tags = append(tags, fmt.Sprint(v.Major()))
	}
	if newest(func(*semver.Version) bool { return true }) {
		tags = append(tags, "latest")
	}
	return tags
}

var (
	// unfit is what no tag may have in it.
	unfit = regexp.MustCompile(`[^A-Za-z0-9_.-]+`)
	// taken are the tags of other kinds, and what this function itself makes.
	taken = regexp.MustCompile(`^(latest|v?[0-9]+([._-].*)?|sha-.*|pr-.*|branch-.*|sha256-.*)$`)
	// hashed ends like a changed name.
	hashed = regexp.MustCompile(`-[0-9a-f]{8}$`)
	// noBranch is what Git takes for no branch.
	noBranch = regexp.MustCompile(`[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[/.-]|/\.|[/.]$|\.lock(/|$)|^@$`)
)

func branchTag(branch string) (string, error) {
	name := strings.TrimPrefix(branch, "refs/heads/")
	if strings.HasPrefix(name, "refs/") {
		return "", fmt.Errorf("branch %q: it is no branch; a tag is given as version, a pull request by its number", shorten(branch))
	}
	if name == "" || !utf8.ValidString(name) || noBranch.MatchString(name) {
		return "", fmt.Errorf("branch %q: Git has no branch of such a name", shorten(branch))
	}
	tag := strings.Trim(unfit.ReplaceAllString(name, "-"), "-.")
	reserved := tag == "" || taken.MatchString(strings.ToLower(tag))
	if tag == name && !reserved && !hashed.MatchString(name) && len(name) <= maxTag {
		return tag, nil
	}
	if reserved {
		tag = strings.TrimSuffix("branch-"+tag, "-")
	}
	sum := fmt.Sprintf("-%x", sha256.Sum256([]byte(name)))[:9]
	return tag[:min(len(tag), maxTag-len(sum))] + sum, nil
}

// FixedTags are those of the tags that never come to stand for another image:
// full versions.
func FixedTags(tags []string) []string {
	var fixed []string
	for _, tag := range tags {
		if _, err := tagVersion(tag); err == nil {
			fixed = append(fixed, tag)
		}
	}
	return fixed
}
