// Drawn for a box of 16; they take the colour of the text around them.
import type { ReactNode } from "react";

function icon(drawing: ReactNode) {
  return function Icon({ size = 16 }: { size?: number }) {
    return (
      <svg width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
        {drawing}
      </svg>
    );
  };
}

export const BotIcon = icon(
  <>
    <rect x="2.5" y="5.5" width="11" height="8" rx="2.5" />
    <path d="M8 5.5V2.6M6 9v1.2M10 9v1.2" />
  </>,
);
export const HostIcon = icon(<path d="m2.5 12 -.6-7 3.6 2.8L8 3l2.5 4.8L14.1 5l-.6 7z" />);
export const MutedIcon = icon(
  <>
    <path d="M6 6.4V4.2a2 2 0 0 1 4 0v3.4M4 7.5a4 4 0 0 0 6.6 3M12 7.5a4 4 0 0 1-.2 1.3M8 11.6v2.2" />
    <path d="m2.5 2.5 11 11" />
  </>,
);
export const HandIcon = icon(<path d="M4.5 8.5V4.6a1 1 0 0 1 2 0V7m0-1V3.2a1 1 0 0 1 2 0V7m0-2.4a1 1 0 0 1 2 0v2.6m0-.8a1 1 0 0 1 2 0V10a4 4 0 0 1-4 4H8a4 4 0 0 1-3-1.4L2.7 9.7a1 1 0 0 1 1.5-1.3l.8.9" />);
export const ScreenIcon = icon(
  <>
    <rect x="2" y="3" width="12" height="8" rx="1.5" />
    <path d="M6 13.5h4" />
  </>,
);
export const PlayIcon = icon(<path d="M5 3.2v9.6l7.6-4.8z" fill="currentColor" />);
export const PauseIcon = icon(<path d="M5.5 3.5v9M10.5 3.5v9" strokeWidth="2.4" />);
export const CloseIcon = icon(<path d="m4 4 8 8M12 4l-8 8" />);
export const ChevronIcon = icon(<path d="m5.5 3.5 4.5 4.5-4.5 4.5" />);
export const SearchIcon = icon(
  <>
    <circle cx="7" cy="7" r="4.2" />
    <path d="m10.2 10.2 3.3 3.3" />
  </>,
);
export const CameraIcon = icon(
  <>
    <rect x="1.8" y="4.2" width="8.4" height="7.6" rx="1.8" />
    <path d="m10.2 7.2 4-2.2v6l-4-2.2" />
  </>,
);
export const HelpIcon = icon(<path d="M5.6 6a2.4 2.4 0 1 1 3.5 2.1c-.8.4-1.1.9-1.1 1.7M8 12.6v.1" />);
export const GripIcon = icon(<path d="M6 4v.01M10 4v.01M6 8v.01M10 8v.01M6 12v.01M10 12v.01" strokeWidth="2" />);
export const MoreIcon = icon(<path d="M3.5 8v.01M8 8v.01M12.5 8v.01" strokeWidth="2.2" />);
export const PlusIcon = icon(<path d="M8 3v10M3 8h10" />);
export const DownIcon = icon(<path d="m4 6 4 4 4-4" />);
export const KeyIcon = icon(
  <>
    <circle cx="5" cy="11" r="2.8" />
    <path d="m7 9 6-6M10.5 5.5l2 2" />
  </>,
);
export const HeadphonesIcon = icon(<path d="M2.8 10.5V8a5.2 5.2 0 0 1 10.4 0v2.5M2.8 9.6h1.4a1 1 0 0 1 1 1v1.8a1 1 0 0 1-1 1h-.4a1 1 0 0 1-1-1zM13.2 9.6h-1.4a1 1 0 0 0-1 1v1.8a1 1 0 0 0 1 1h.4a1 1 0 0 0 1-1z" />);
export const ListIcon = icon(<path d="M2.5 4h11M2.5 8h11M2.5 12h11" />);

/** The main room and the rooms around it. */
export function Logo() {
  return (
    <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="#2b50c8" />
      <circle cx="16" cy="16" r="4.5" fill="#fff" />
      <g fill="#bccbff">
        <circle cx="7.5" cy="9" r="2.6" />
        <circle cx="24.5" cy="9" r="2.6" />
        <circle cx="7.5" cy="23" r="2.6" />
      </g>
      <circle cx="24.5" cy="23" r="2.6" fill="#ff6b60" />
    </svg>
  );
}
