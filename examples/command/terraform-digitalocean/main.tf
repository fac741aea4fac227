# Droplets of DigitalOcean for examples/command/terraform.mjs, with DIGITALOCEAN_TOKEN.
# Each workspace is one machine, or what the machines of one cluster share.

terraform {
  required_version = ">= 1.4"
  required_providers {
    digitalocean = {
      source  = "digitalocean/digitalocean"
      version = "~> 2.40"
    }
  }
  # Settings come by -backend-config. The state holds the private host keys: keep it private.
  backend "s3" {}
}

variable "swarm_up" {
  type = object({
    name   = string
    kind   = string # "machine" or "shared"
    make   = bool   # false: only the output is written, or everything is removed
    shared = string # the name of what the machines share
    labels = map(string)
    ports  = list(object({ port = number, protocol = string }))
  })
}

variable "swarm_up_user_data" {
  type      = string
  default   = ""
  sensitive = true
}

locals {
  machine = var.swarm_up.make && var.swarm_up.kind == "machine" ? 1 : 0
  shared  = var.swarm_up.make && var.swarm_up.kind == "shared" ? 1 : 0
  world   = ["0.0.0.0/0", "::/0"]
  ports   = concat([{ port = 22, protocol = "tcp" }], var.swarm_up.ports)
}

resource "digitalocean_tag" "shared" {
  count = local.shared
  name  = var.swarm_up.name
}

resource "digitalocean_firewall" "shared" {
  count = local.shared
  name  = var.swarm_up.name
  tags  = [digitalocean_tag.shared[0].id]
  dynamic "inbound_rule" {
    for_each = local.ports
    content {
      protocol         = inbound_rule.value.protocol
      port_range       = tostring(inbound_rule.value.port)
      source_addresses = local.world
    }
  }
  # The machines of the cluster reach each other at every port.
  dynamic "inbound_rule" {
    for_each = ["tcp", "udp"]
    content {
      protocol    = inbound_rule.value
      port_range  = "1-65535"
      source_tags = [digitalocean_tag.shared[0].id]
    }
  }
  dynamic "outbound_rule" {
    for_each = ["tcp", "udp"]
    content {
      protocol              = outbound_rule.value
      port_range            = "1-65535"
      destination_addresses = local.world
    }
  }
}

resource "digitalocean_droplet" "machine" {
  count     = local.machine
  name      = var.swarm_up.name
  size      = "s-2vcpu-2gb"
  region    = "fra1"
  image     = "debian-13-x64"
  user_data = var.swarm_up_user_data
  tags      = [var.swarm_up.shared]
  lifecycle {
    # A later apply gives others. The droplet would be made anew for them.
    ignore_changes = [user_data]
  }
}

output "swarm_up" {
  value = {
    asked           = var.swarm_up
    address         = one(digitalocean_droplet.machine[*].ipv4_address)
    private_address = one(digitalocean_droplet.machine[*].ipv4_address_private)
  }
}
