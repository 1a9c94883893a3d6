"""What happens in nests, told to other servers: a Slack channel, and whoever takes signed JSON."""
