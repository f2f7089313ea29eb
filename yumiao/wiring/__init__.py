"""The only place where engines meet: each module here registers handlers of events (`base.events.service.handles`) and says in one line
what it carries from where to where. No event has a second party in this version; the package loads whatever modules it holds."""
