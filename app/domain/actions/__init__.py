"""Use cases: each takes the unit of work and the actor, checks what he may, changes what it must, tells the trail."""
