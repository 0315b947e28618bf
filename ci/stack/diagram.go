package stack

import (
	"fmt"
	"strings"

	"github.com/octocode/octocode-ci/ci/problem"
)

// Diagram is a Mermaid flowchart of the stack: services, who waits for whom,
// published ports and volumes.
func (p Plan) Diagram() string {
	p = p.Mask()
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	node := map[string]string{} // names of services are no names for Mermaid
	for i, s := range p.Services {
		node[s.Name] = fmt.Sprintf("s%d", i)
		label := s.Name
		if s.Replicas != 1 {
			label += fmt.Sprintf(" ×%d", s.Replicas)
		}
		fmt.Fprintf(&b, "  s%d[\"%s<br/>%s\"]\n", i, mermaid(label), mermaid(s.source()))
	}
	for _, s := range p.Services {
		for _, d := range s.DependsOn {
			if node[d.Service] == "" {
				continue
			}
			arrow := "-->"
			if !d.Required {
				arrow = "-.->"
			}
			fmt.Fprintf(&b, "  %s %s|%s| %s\n", node[d.Service], arrow, conditionWord(d.Condition), node[s.Name])
		}
	}
	host := false
	for _, s := range p.Services {
		for _, port := range s.Ports {
			if !host {
				b.WriteString("  host((host))\n")
				host = true
			}
			fmt.Fprintf(&b, "  host -->|\"%s\"| %s\n", mermaid(port.String()), node[s.Name])
		}
	}
	for i, v := range p.Volumes {
		fmt.Fprintf(&b, "  v%d[(\"%s\")]\n", i, mermaid(v.Name))
		for _, name := range v.Services {
			if node[name] != "" {
				fmt.Fprintf(&b, "  %s --- v%d\n", node[name], i)
			}
		}
	}
	return b.String()
}

// ASCII is the same in plain characters: one block for each level of the start
// order.
//
//	1  db x1 [postgres:16]
//	   |
//	2  app x3 [build .]  after db healthy
func (p Plan) ASCII() string {
	p = p.Mask()
	levels, err := p.Order()
	if err != nil {
		return problem.OneLine(err.Error()) + "\n"
	}
	var b strings.Builder
	for i, names := range levels {
		if i > 0 {
			b.WriteString("   |\n")
		}
		for j, name := range names {
			s, _ := p.Service(name) // Order names services of the plan only
			number := "  "
			if j == 0 {
				number = fmt.Sprintf("%-2d", i+1)
			}
			fmt.Fprintf(&b, "%s %s x%d [%s]", number, problem.OneLine(name), s.Replicas, strings.ReplaceAll(problem.OneLine(s.source()), "→", "->"))
			if len(s.DependsOn) > 0 {
				fmt.Fprintf(&b, "  after %s", problem.OneLine(join(s.DependsOn)))
			}
			if len(s.Ports) > 0 {
				fmt.Fprintf(&b, "  on %s", problem.OneLine(join(s.Ports)))
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func conditionWord(condition string) string {
	switch condition {
	case Healthy:
		return "healthy"
	case Completed:
		return "completed"
	}
	return "started"
}

// mermaid escapes what would end a label.
func mermaid(s string) string {
	return strings.NewReplacer(`"`, "#quot;", "<", "#lt;", ">", "#gt;", "`", "#96;", "|", "#124;").Replace(problem.OneLine(s))
}
