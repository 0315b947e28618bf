package project

import (
	"fmt"
	"strings"
	"testing"
)

func TestReadOutput(t *testing.T) {
	for code, want := range map[string]bool{
		`export default { output: "standalone" }`:                                         true,
		"module.exports = { output: `standalone` }":                                       true,
		`const c: NextConfig = { "output": 'standalone' as const, x: 1 }`:                 true,
		`export default { output: process.env.X ? undefined : "standalone" }`:             true,
		`export default { output: (X ? "export" : "standalone") }`:                        true,
		`export default { ...(prod && { output: "standalone" }) }`:                        true,
		"const c = {}\nc.output = 'standalone'\nexport default c":                         true,
		"const output = prod\n  ? 'standalone'\n  : undefined\nexport default { output }": true,
		"const mode = 'standalone'; export default { output: mode }":                      true,
		`const r = /"\/*[/"]/g; export default { output: "standalone" }`:                  true,
		"const a = 4 / 2; /* x */ export default { output: 'standalone' } // /":           true,
		"const t = `${`${{a:1}}`} // ${x}`; export default { output: 'standalone' }":      true,
		"const s = 'it\\'s // '; export default { output: 'standalone' }":                 true,

		"":                  false,
		"export default {}": false,
		`export default { output: "export", x: "standalone" }`:        false,
		`// output: "standalone"` + "\nexport default {}":             false,
		`/* output: "standalone" */ export default {}`:                false,
		`/* output: "standalone"`:                                     false,
		"export default { title: 'output: \"standalone\"' }":          false,
		"export default { title: `output: 'standalone'` }":            false,
		"const t = `${x} output: 'standalone'`":                       false,
		`export default { output: mode }`:                             false,
		`export default { webpack: { output: { x: "standalone" } } }`: false,
		`if (output == "standalone") {}`:                              false,
		`const f = output => "standalone"`:                            false,
		"c.output = 'export'\nc.title = 'standalone'":                 false,
		`const r = /output: "standalone"/`:                            false,
		`output`:                                                      false,
		`output:`:                                                     false,
	} {
		if got, _, _ := readOutput(code); got != want {
			t.Errorf("%q: got %v", code, got)
		}
	}
}

func TestReadOutputLine(t *testing.T) {
	for code, want := range map[string]string{
		"/*\n\n*/\nconst t = `\n`\nexport default { output: 'export' }": `6 output is "export" instead of "standalone"`,
		"export default {\n  output: mode }":                            `2 output is not "standalone"`,
		"const t = `\n${a}\n`; const x = {output: 'export'}":            `3 output is "export" instead of "standalone"`,
	} {
		_, line, message := readOutput(code)
		if got := fmt.Sprint(line, " ", message); got != want {
			t.Errorf("%q: got %s, want %s", code, got, want)
		}
	}
}

// A file made to keep the reader busy must not.
func TestReadOutputIsLinear(t *testing.T) {
	readOutput(strings.Repeat("output:", 20_000))
	tokenize(strings.Repeat("`${", 20_000))
}

func TestNextConfigNames(t *testing.T) {
	for _, name := range nextConfigs {
		p := detect(t, good().with("next.config.ts", "", name, nextConfig), Options{})
		if p.Next.Config != name || !p.Next.Standalone {
			t.Errorf("%s: got %+v", name, p.Next)
		}
	}
}

func TestMajor(t *testing.T) {
	for version, want := range map[string]int{"16.4.6": 16, "^15.1": 15, "latest": 0, "": 0, ">=16": 16, "99999999999999999999": 9223372036854775807} {
		if got := major(version); got != want {
			t.Errorf("%q: got %d, want %d", version, got, want)
		}
	}
}
