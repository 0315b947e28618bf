package env

// Variables is the specification: each field is a variable, its type says what
// it may hold, and its tags say the rest.
//
//	env       name and default, as package envconfig reads them
//	pin       the default is this image of package pins
//	by        who needs it: services of the stack, and commands
//	required  "always" or "prod": who needs it cannot start without it
//	file      a secret that may come as NAME_FILE; its file in the secrets folder
//	min       least number of characters of a secret, 16 unless said otherwise
//	range     least and greatest value of a number
//	about     one sentence for the README
//
// Load fills it in.
type Variables struct {
	Application
	Worker
	Commands
	Stack
}

// Application is what oc_app reads, and in part the worker with it.
type Application struct {
	NodeEnv        NodeEnv     `env:"NODE_ENV,default=development" by:"oc_app oc_worker seed" about:"development, production or test. The production image sets it."`
	DatabaseURL    PostgresURL `env:"DATABASE_URL" by:"oc_app oc_worker oc_migrate seed drift" required:"always" file:"database_url" about:"PostgreSQL. ?schema= and TLS options like ?sslmode=verify-full are understood."`
	DatabasePool   Number      `env:"DATABASE_POOL_SIZE,default=5" by:"oc_app oc_worker" range:"1..100" about:"Connections to PostgreSQL per process."`
	RedisURL       RedisURL    `env:"REDIS_URL" by:"oc_app oc_worker" required:"always" file:"redis_url" about:"Redis 6.2 or later with maxmemory-policy noeviction."`
	QueuePrefix    Prefix      `env:"QUEUE_PREFIX,default=octocode" by:"oc_app oc_worker" about:"Keys and channels in Redis begin with it."`
	AppVersion     Text        `env:"APP_VERSION,default=dev" by:"oc_app oc_worker" about:"Told by the health checks."`
	AuthSecret     Secret      `env:"AUTH_SECRET" by:"oc_app" required:"always" file:"auth_secret" min:"32" about:"Signs the sessions; at least 32 characters."`
	Port           Port        `env:"PORT,default=3000" by:"oc_app dev" about:"Port of pages and API."`
	Hostname       Text        `env:"HOSTNAME,default=0.0.0.0" by:"oc_app" about:"Address that the server listens on."`
	RealtimePort   Port        `env:"REALTIME_PORT,default=3001" by:"oc_app dev" about:"Port of Socket.IO."`
	RealtimeURL    RealtimeURL `env:"REALTIME_URL" by:"oc_app" about:"Where browsers find the realtime port: empty is the same host at REALTIME_PORT, / the same origin, else a URL."`
	RealtimeOrigin Origins     `env:"REALTIME_ORIGINS" by:"oc_app" about:"Further origins whose pages may open a socket, separated by commas."`
	Drain          Seconds     `env:"DRAIN_SECONDS,default=3" by:"oc_app" about:"How long a stopping app still serves while it reports that it drains."`
}

// Worker is what oc_worker reads besides.
type Worker struct {
	WorkerPort        Port    `env:"WORKER_PORT,default=3002" by:"oc_worker" about:"Port of the worker's health check and metrics."`
	WorkerConcurrency Number  `env:"WORKER_CONCURRENCY,default=2" by:"oc_worker" range:"1..50" about:"Tasks at a time."`
	WorkerDrain       Seconds `env:"WORKER_DRAIN_SECONDS,default=8" by:"oc_worker" about:"How long running tasks may go on after a stop signal."`
	AgentStepDelay    Number  `env:"AGENT_STEP_DELAY_MS,default=900" by:"oc_worker" range:"0..60000" about:"Pace of the built-in practice agent, in milliseconds."`
	AnthropicKey      Secret  `env:"ANTHROPIC_API_KEY" by:"oc_worker" file:"anthropic_api_key" about:"With a key, a model does the thinking; without, the practice agent."`
	AnthropicModel    Text    `env:"ANTHROPIC_MODEL,default=claude-sonnet-4-5" by:"oc_worker" about:"Name of the model."`
	AnthropicBaseURL  WebURL  `env:"ANTHROPIC_BASE_URL,default=https://api.anthropic.com" by:"oc_worker" about:"Where the model answers."`
}

// Commands is what only commands of the application read.
type Commands struct {
	SeedPassword      Secret    `env:"SEED_PASSWORD" by:"seed" min:"12" about:"Password of the demo account. Unset: a known one in development, a random one that is shown once in production."`
	ShadowDatabaseURL ShadowURL `env:"SHADOW_DATABASE_URL" by:"drift" about:"Server on which the drift check makes and drops a database; unset: that of DATABASE_URL."`
	BuildID           Text      `env:"NEXT_BUILD_ID" by:"build" about:"Name of the build, such as the commit; unset: local."`
	Inspect           DevOnly   `env:"INSPECT" by:"dev" about:"1 lets debuggers attach at port 9229; host:port at another address."`
	DevOrigins        DevOnly   `env:"DEV_ORIGINS" by:"dev" about:"Other host names under which the development server is used, separated by commas."`
}

// Stack is what the Compose files put in, and the services that are not ours.
type Stack struct {
	AppImage         Image  `env:"APP_IMAGE" by:"oc_app oc_worker oc_migrate" required:"prod" about:"The image of the application, with its tag."`
	PostgresImage    Image  `env:"POSTGRES_IMAGE" pin:"postgres" by:"oc_database" about:"Image of PostgreSQL."`
	RedisImage       Image  `env:"REDIS_IMAGE" pin:"redis" by:"oc_redis" about:"Image of Redis."`
	NginxImage       Image  `env:"NGINX_IMAGE" pin:"nginx" by:"oc_nginx" about:"Image of nginx."`
	PgadminImage     Image  `env:"PGADMIN_IMAGE" pin:"pgadmin" by:"oc_pgadmin" about:"Image of pgAdmin (development)."`
	MailhogImage     Image  `env:"MAILHOG_IMAGE" pin:"mailhog" by:"oc_mailhog" about:"Image of MailHog (development)."`
	FalcoImage       Image  `env:"FALCO_IMAGE" pin:"falco" by:"oc_falco" about:"Image of Falco (docker-compose.security.yml)."`
	AppReplicas      Number `env:"APP_REPLICAS,default=2" by:"oc_app" range:"0..100" about:"How many of the app run."`
	WorkerReplicas   Number `env:"WORKER_REPLICAS,default=1" by:"oc_worker" range:"0..100" about:"How many of the worker run."`
	InspectPort      Number `env:"INSPECT_PORT,default=9229" by:"dev" range:"0..65535" about:"Port of this machine for the debugger (development); 0 publishes none on an engine."`
	SecretsDir       Text   `env:"SECRETS_DIR,default=./prod/secrets" by:"stack" about:"Folder of the secret files, from the Compose file's folder."`
	PostgresUser     Text   `env:"POSTGRES_USER,default=octocode" by:"oc_database" about:"Owner of the database."`
	PostgresPassword Secret `env:"POSTGRES_PASSWORD" by:"oc_database" required:"prod" file:"database_password" about:"Password of that owner."`
	PostgresDB       Text   `env:"POSTGRES_DB,default=octocode" by:"oc_database" about:"Name of the database."`
	PostgresMaxConns Number `env:"POSTGRES_MAX_CONNECTIONS,default=100" by:"oc_database" range:"10..10000" about:"Connections that PostgreSQL accepts."`
	PostgresBuffers  Memory `env:"POSTGRES_SHARED_BUFFERS,default=256MB" by:"oc_database" about:"Memory for PostgreSQL's page cache."`
	PostgresCache    Memory `env:"POSTGRES_EFFECTIVE_CACHE_SIZE,default=768MB" by:"oc_database" about:"What PostgreSQL's planner takes for cached, the system's share with it."`
	PostgresWork     Memory `env:"POSTGRES_WORK_MEM,default=4MB" by:"oc_database" about:"Memory of one sort or hash of a query."`
	PostgresUpkeep   Memory `env:"POSTGRES_MAINTENANCE_WORK_MEM,default=64MB" by:"oc_database" about:"Memory for VACUUM and for building an index."`
	PostgresMemory   Memory `env:"POSTGRES_MEMORY_LIMIT,default=1G" by:"oc_database" about:"Memory of the whole container."`
	RedisPassword    Secret `env:"REDIS_PASSWORD" by:"oc_redis" required:"prod" file:"redis_password" about:"Password of Redis."`
	RedisMemory      Memory `env:"REDIS_MAXMEMORY,default=256mb" by:"oc_redis" about:"What Redis may hold."`
	RedisLimit       Memory `env:"REDIS_MEMORY_LIMIT,default=640M" by:"oc_redis" about:"Memory of the whole container, twice that and some."`
	ServerNames      Text   `env:"NGINX_SERVER_NAMES,default=~." by:"oc_nginx" about:"Host names that are answered, as in nginx's server_name; ~. is all."`
	RateLimit        Number `env:"NGINX_RATE_LIMIT,default=30" by:"oc_nginx" range:"1..100000" about:"Requests per second of one address."`
	RateBurst        Number `env:"NGINX_RATE_BURST,default=60" by:"oc_nginx" range:"1..100000" about:"How many more at once."`
	SignInRateLimit  Number `env:"NGINX_SIGN_IN_RATE_LIMIT,default=10" by:"oc_nginx" range:"1..100000" about:"Attempts to sign in per minute of one address."`
	SignInRateBurst  Number `env:"NGINX_SIGN_IN_RATE_BURST,default=10" by:"oc_nginx" range:"1..100000" about:"How many more of these at once."`
	MaxBodySize      Memory `env:"NGINX_MAX_BODY_SIZE,default=1m" by:"oc_nginx" about:"Largest body of a request."`
	ConfigVersion    Number `env:"CONFIG_VERSION,default=1" by:"stack" range:"1..1000000" about:"Part of the names of configs and secrets; a swarm takes a changed file when it is raised."`
	DataNode         Text   `env:"DATA_NODE,default=node.role == manager" by:"stack" about:"Placement constraint of the host of a swarm that keeps the data."`
	AppContext       Text   `env:"APP_CONTEXT,default=../examples/octocode" by:"stack" about:"Folder of the application, from the Compose file's folder (development)."`
	AppDockerfile    Text   `env:"APP_DOCKERFILE,default=../../docker/Dockerfile" by:"stack" about:"Dockerfile of the application, from its folder (development)."`
	ContainerRuntime Text   `env:"CONTAINER_RUNTIME,default=runc" by:"stack" about:"Runtime of the containers with the security file, such as runsc."`
}
