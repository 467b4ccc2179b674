// Names the model for some requests; null leaves the others to the routes of the configuration.
//
// In the configuration:  "CUSTOM_ROUTER_PATH": "custom-router.js"

const LONG_THOUGHT = "openrouter,anthropic/claude-opus-4.5";

module.exports = async function router(req, config) {
  const content = req.body.messages.findLast((message) => message.role === "user")?.content ?? "";
  const texts = typeof content === "string" ? [content] : content.map((block) => block.text ?? "");
  if (texts.some((text) => text.includes("explain this code"))) {
    req.log.info("an explanation is asked for: %s", LONG_THOUGHT);
    return LONG_THOUGHT;
  }
  if (req.tokenCount > 150_000 && config.Router.longContext) return config.Router.longContext;
  return null;
};
