"""Where a probe runs its commands: on the bot's own host, by ssh, in a container, in a pod."""
