"""How Gradio's own components look: plain, dense, with the system's fonts."""

from typing import Any

import gradio as gr


def page_theme() -> Any:  # noqa: ANN401 - a theme of gradio
    """Return the theme; nothing of it is fetched from elsewhere."""
    theme = gr.themes.Base(
        primary_hue=gr.themes.colors.pink,
        neutral_hue=gr.themes.colors.gray,
        font=("system-ui", "sans-serif"),
        font_mono=("ui-monospace", "monospace"),
        radius_size=gr.themes.sizes.radius_sm,
        spacing_size=gr.themes.sizes.spacing_sm,
        text_size=gr.themes.sizes.text_sm,
    )
    return theme.set(
        body_background_fill="var(--page)",
        body_background_fill_dark="var(--page)",
        body_text_color="var(--ink)",
        body_text_color_dark="var(--ink)",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_label_background_fill="transparent",
        block_label_background_fill_dark="transparent",
        block_label_text_color="var(--soft)",
        block_label_text_color_dark="var(--soft)",
        block_padding="0px",
        block_shadow="none",
        block_title_text_color="var(--soft)",
        block_title_text_color_dark="var(--soft)",
        border_color_primary="var(--line)",
        border_color_primary_dark="var(--line)",
        button_primary_background_fill="var(--accent)",
        button_primary_background_fill_dark="var(--accent)",
        button_primary_background_fill_hover="var(--accent-strong)",
        button_primary_background_fill_hover_dark="var(--accent-strong)",
        button_primary_text_color="var(--on-accent)",
        button_primary_text_color_dark="var(--on-accent)",
        button_secondary_background_fill="var(--panel)",
        button_secondary_background_fill_dark="var(--panel)",
        button_secondary_text_color="var(--ink)",
        button_secondary_text_color_dark="var(--ink)",
        input_background_fill="var(--panel)",
        input_background_fill_dark="var(--panel)",
        input_border_color="var(--edge)",
        input_border_color_dark="var(--edge)",
        input_border_width="1px",
    )
