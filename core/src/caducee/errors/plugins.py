"""Plugins."""

from __future__ import annotations

from caducee.errors.base import CaduceeError, Retry


class PluginError(CaduceeError):
    """A plugin cannot serve. ``plugin`` names it."""

    code = "plugin"

    def __init__(self, plugin: str, detail: str) -> None:
        self.plugin = plugin
        super().__init__(f"{plugin}: {detail}")


class PluginRefused(PluginError):
    """The plugin was not loaded, and why."""

    code = "plugin.refused"


class NotReady(PluginError):
    """The plugin is not ready. ``state`` is where it stands."""

    code = "plugin.not_ready"
    retry = Retry.LATER
    sentence = "Ce service n'est pas encore prêt."
    remedy = "Réessayez dans un instant ; si cela dure, lancez « caducee doctor »."

    def __init__(self, plugin: str, state: str) -> None:
        self.state = state
        super().__init__(plugin, f"not ready ({state})")


class PluginCrashed(PluginError):
    """The plugin raised; it will be started again."""

    code = "plugin.crashed"
    retry = Retry.LATER
    sentence = "Un module a rencontré une erreur ; il redémarre seul."
    remedy = "Réessayez dans un instant."


class NotGranted(PluginError):
    """The plugin asked for something that it did not declare, or that its table does not name."""

    code = "plugin.not_granted"
    sentence = "Un module demande un accès qui ne lui a pas été donné."
    remedy = "Les autres modules continuent ; prévenez l'éditeur du module ou complétez sa table de configuration."


class StateNewer(PluginError):
    """The state of the plugin was written by a newer version of it; it was left as it is."""

    code = "plugin.state_newer"
    retry = Retry.AFTER_HUMAN
    sentence = "Les données de ce module viennent d'une version plus récente."
    remedy = "Installez la version récente du module ; rien n'a été modifié."
