package stack

import "time"

// shop is a stack with something of everything, and secrets in each place that
// can hold one.
func shop() Plan {
	const pw = "correct-horse"
	init := true
	return Plan{
		Name: "shop", Files: []string{"compose.yaml"}, Profiles: []string{},
		Services: []Service{
			{Name: "db", Image: "postgres:16", Aliases: []string{"db"}, Replicas: 1,
				Command:     []string{"postgres", "-c", "password=" + pw},
				Environment: []Variable{{Name: "POSTGRES_PASSWORD", Value: pw, Sensitive: true}, {Name: "POSTGRES_USER", Value: "shop"}},
				Healthcheck: &Healthcheck{Kind: HealthShell, Argv: []string{"pg_isready -W " + pw}, Interval: Duration(5 * time.Second)},
				Mounts:      []Mount{{Kind: MountVolume, Source: "data", Target: "/data", Directory: true, Subpath: "pg"}},
				Labels:      map[string]string{"note": pw, "api.token": "short"}, Sysctls: map[string]string{"a": "1"}},
			{Name: "app", Image: "app:dev", Build: &Build{Context: ".", Dockerfile: "Dockerfile", Target: "runner", Inline: "ENV A=" + pw,
				Args: []Variable{{Name: "NPM_TOKEN", Value: "npm-12345", Sensitive: true}, {Name: "NODE", Value: "24"}}},
				Platform: "linux/amd64", Entrypoint: []string{}, Command: []string{"node", "a b", ""}, User: "1001", WorkingDir: "/app", Init: &init,
				Aliases: []string{"app", "web"}, Replicas: 3, Expose: []Port{{Target: 3000, Protocol: "tcp"}},
				Environment: []Variable{{Name: "DATABASE_URL", Value: "postgresql://shop:" + pw + "@db/shop", Sensitive: true}, {Name: "EMPTY"}},
				DependsOn:   []Dependency{{Service: "db", Condition: Healthy, Required: true}, {Service: "gone", Condition: Started}},
				Healthcheck: &Healthcheck{Kind: HealthNone, Disabled: true},
				Mounts: []Mount{{Kind: MountTmpfs, Target: "/tmp", Mode: "1777", Size: 64 << 20},
					{Kind: MountSecret, Source: "key", Target: "/run/secrets/key", ReadOnly: true, Mode: "0400", UID: "1", GID: "2"}}},
			{Name: "edge", Image: "nginx:1.29", Replicas: 1, Aliases: []string{"edge"},
				Ports:     []Port{{Target: 80, Published: 8080, Protocol: "tcp"}, {Target: 443, Published: 8443, Protocol: "tcp", HostIP: "127.0.0.1"}},
				DependsOn: []Dependency{{Service: "app", Condition: Started, Required: true}, {Service: "db", Condition: Completed}}},
		},
		Secrets:  []Secret{{Name: "key", Environment: "KEY", Value: "key-12345"}, {Name: "cert", File: "cert.pem"}, {Name: "ca", External: "ca-2026"}},
		Configs:  []Config{{Name: "conf", File: "a.conf"}, {Name: "text", Content: "pw " + pw}, {Name: "hidden", Content: "x", Sensitive: true}, {Name: "far", External: "far"}},
		Volumes:  []Volume{{Name: "data", Key: "shop_data", Services: []string{"db"}}},
		Networks: []Network{},
		Dropped: []Dropped{
			{Service: "app", Key: "read_only", Severity: Warn, Reason: "it stays writable", File: "compose.yaml", Line: 7},
			{Service: "app", Key: "restart", Severity: Info, Reason: "no effect"},
			{Service: "db", Key: "restart", Severity: Info, Reason: "no effect"},
			{Key: "networks.a", Severity: Warn, Reason: "one network", File: "compose.yaml"},
		},
		Warnings:  []Problem{{Code: "x", File: "compose.yaml", Line: 3, Message: "the value is " + pw, Fix: "change\n" + pw}},
		Sensitive: []string{"two words", "abc"},
	}
}

// leaks are the secrets of shop.
var leaks = []string{"correct-horse", "npm-12345", "key-12345", "short"}
